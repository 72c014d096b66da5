using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Inventories.Kept;

/// <summary>An artifact's contents as they are kept.</summary>
/// <param name="Inventory">Null where nothing was read, or only totals are kept by now.</param>
public sealed record KeptContents(KeptInventory Row, Inventory? Inventory);

/// <summary>Reads and writes what is kept of artifacts' contents.</summary>
public static class KeptInventories
{
    private const string Server = "server/";
    private const string LikeServer = "server/%";
    private const string LikeDatabase = "database/%";

    /// <summary>Adds it to the database's transaction, which the caller commits.</summary>
    /// <param name="kept">Null where it was not read.</param>
    public static async Task KeepAsync(this AppDbContext db, KeptInventory row, KeptTables? kept, CancellationToken cancellationToken)
    {
        await db.LockInventoriesAsync(row.DataSourceId, cancellationToken);
        if (kept is not null)
            row.Shaped(await ShapeAsync(db, row.DataSourceId, kept.Inventory, cancellationToken));
        db.Add(row);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Of a source only one transaction at a time gives its shapes a user, or removes those that have none.</summary>
    public static Task LockInventoriesAsync(this AppDbContext db, Guid dataSourceId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"select pg_advisory_xact_lock(hashtextextended({$"inventories of {dataSourceId}"}, 0))", cancellationToken);

    /// <summary>Null where nothing is recorded: of runs whose worker vanished, and of those before contents were read.</summary>
    public static Task<KeptContents?> FindInventoryAsync(this AppDbContext db, Guid artifactId, CancellationToken cancellationToken) =>
        db.Set<KeptInventory>().AsNoTracking().Where(i => i.ArtifactId == artifactId).OrderBy(i => i.ArtifactId)
            .FirstWithTablesAsync(db, cancellationToken);

    /// <summary>The first of the rows with its tables; null where there is none.</summary>
    public static async Task<KeptContents?> FirstWithTablesAsync(
        this IQueryable<KeptInventory> rows, AppDbContext db, CancellationToken cancellationToken) =>
        await rows.Take(1).WithTablesAsync(db, cancellationToken) is [var first, ..] ? first : null;

    /// <summary>The rows with their tables. Shapes that several have in common are read once.</summary>
    public static async Task<IReadOnlyList<KeptContents>> WithTablesAsync(
        this IQueryable<KeptInventory> rows, AppDbContext db, CancellationToken cancellationToken)
    {
        var found = await rows.ToListAsync(cancellationToken);
        var ids = found.Select(i => i.ShapeId).OfType<Guid>().Distinct().ToList();
        var shapes = await db.Set<InventoryShape>().AsNoTracking().Where(s => ids.Contains(s.Id))
            .ToDictionaryAsync(s => s.Id, s => InventoryCodec.Shape(s.Body), cancellationToken);
        return [.. found.Select(row => new KeptContents(row, Whole(row, shapes)))];
    }

    /// <summary>
    /// Those that are compared with this one: of the same source and part. A source has one archive of its whole server, whatever that
    /// archive is called: with the oplog it has another name.
    /// </summary>
    public static IQueryable<KeptInventory> OfPart(this IQueryable<KeptInventory> rows, KeptInventory row)
    {
        var ofSource = rows.Where(i => i.DataSourceId == row.DataSourceId);
        return row.Part.StartsWith(Server, StringComparison.Ordinal)
            ? ofSource.Where(i => EF.Functions.Like(i.Part, LikeServer))
            : ofSource.Where(i => i.Part == row.Part);
    }

    /// <summary>Those that hold tables or collections, and not what a server has beside its databases.</summary>
    public static IQueryable<KeptInventory> WithData(this IQueryable<KeptInventory> rows) =>
        rows.Where(i => EF.Functions.Like(i.Part, LikeDatabase) || EF.Functions.Like(i.Part, LikeServer));

    /// <summary>Those of one database, as its artifacts name it.</summary>
    /// <param name="rows">Of one source.</param>
    public static IQueryable<KeptInventory> OfDatabase(this IQueryable<KeptInventory> rows, string database)
    {
        var (alone, server) = ($"database/{database}", Server + database);
        return rows.Where(i => i.Part == alone || (EF.Functions.Like(i.Part, LikeServer) && rows.Any(s => s.Part == server)));
    }

    /// <summary>What is compared from run to run, each once.</summary>
    /// <param name="rows">Of one source.</param>
    public static IQueryable<string> Parts(this IQueryable<KeptInventory> rows) =>
        rows.WithData().Select(i => EF.Functions.Like(i.Part, LikeServer) ? Server : i.Part).Distinct();

    private static Inventory? Whole(KeptInventory row, Dictionary<Guid, Inventory> shapes) =>
        row is { ShapeId: { } id, Figures: { } figures }
            ? InventoryCodec.Whole(shapes[id], figures, new LargeObjects(row.LargeObjects, row.LargeObjectBytes))
            : null;

    private static async Task<Guid> ShapeAsync(AppDbContext db, Guid dataSourceId, Inventory inventory, CancellationToken cancellationToken)
    {
        var (body, hash) = InventoryCodec.Shape(inventory);
        var known = await db.Set<InventoryShape>().Where(s => s.DataSourceId == dataSourceId && s.Hash == hash)
            .Select(s => (Guid?)s.Id).SingleOrDefaultAsync(cancellationToken);
        if (known is { } id)
            return id;
        var shape = InventoryShape.Create(dataSourceId, hash, body);
        db.Add(shape);
        return shape.Id;
    }
}
