using BackupApp.Data;
using BackupApp.Inventories.Kept;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Inventories.Queries;

/// <summary>One table in one run.</summary>
/// <param name="ArtifactId">No two points have the same.</param>
/// <param name="Rows">Null where they were not read.</param>
public sealed record TablePoint(Guid ArtifactId, Guid JobId, DateTimeOffset TakenAt, long? Rows, long Bytes);

/// <summary>How one table came to be what it is.</summary>
public sealed class TableHistory(AppDbContext db)
{
    /// <summary>Runs that are looked at, from the newest on.</summary>
    public const int MostRuns = 400;

    /// <summary>
    /// Whether the tables of several databases are kept of a source: a table's name alone does not say then which one it is.
    /// </summary>
    public async Task<bool> HasDatabasesAsync(Guid dataSourceId, CancellationToken cancellationToken) =>
        await Kept(dataSourceId).Parts().OrderBy(p => p).Take(2).CountAsync(cancellationToken) > 1;

    /// <summary>The newest first. Runs in which the table is not, or whose tables are not kept any more, are left out.</summary>
    /// <param name="database">As its artifact names it; null where the source has only one: see <see cref="HasDatabasesAsync"/>.</param>
    public async Task<IReadOnlyList<TablePoint>> OfAsync(
        Guid dataSourceId, string? database, string schema, string table, CancellationToken cancellationToken)
    {
        var rows = database is null ? Kept(dataSourceId).WithData() : Kept(dataSourceId).OfDatabase(database);
        var points = new List<TablePoint>();
        var places = new Dictionary<Guid, Place>();
        var runs = rows.OrderByDescending(i => i.TakenAt).Take(MostRuns).Select(i => new { i.TakenAt, i.ShapeId });
        // First where the table is, then its figures, so that one run's are in memory at a time.
        foreach (var shape in (await runs.Select(r => r.ShapeId!.Value).Distinct().ToListAsync(cancellationToken)))
            places[shape] = await PlaceAsync(shape, schema, table, cancellationToken);
        var figures = rows.OrderByDescending(i => i.TakenAt).Take(MostRuns)
            .Select(i => new { i.ArtifactId, i.JobId, i.TakenAt, i.ShapeId, i.Figures });
        await foreach (var run in figures.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (places.GetValueOrDefault(run.ShapeId!.Value) is not { Table: { } at } place || run.Figures is null)
                continue;
            var numbers = InventoryCodec.Figures(run.Figures, place.Count);
            var (tableRows, bytes) = (InventoryCodec.RowsOf(at, numbers[place.Index]), numbers[place.Count + place.Index]);
            points.Add(new(run.ArtifactId, run.JobId, run.TakenAt, tableRows, bytes));
        }

        return points;
    }

    private IQueryable<KeptInventory> Kept(Guid dataSourceId) =>
        db.Set<KeptInventory>().AsNoTracking().Where(i => i.DataSourceId == dataSourceId && i.ShapeId != null);

    private async Task<Place> PlaceAsync(Guid shapeId, string schema, string table, CancellationToken cancellationToken)
    {
        var body = await db.Set<InventoryShape>().Where(s => s.Id == shapeId).Select(s => s.Body).SingleAsync(cancellationToken);
        var tables = InventoryCodec.Shape(body).Tables;
        var found = tables.Index().FirstOrDefault(t => t.Item.Schema == schema && t.Item.Name == table);
        return new(found.Item, found.Index, tables.Count);
    }

    private sealed record Place(InventoryTable? Table, int Index, int Count);
}
