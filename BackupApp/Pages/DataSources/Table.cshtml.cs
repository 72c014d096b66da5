using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Queries;
using BackupApp.Pages.Contents;
using BackupApp.Pages.Ui;
using BackupApp.Restores;
using BackupApp.Tools;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

/// <summary>One table over time: two charts, and the same as a table.</summary>
public sealed class TableModel(AppDbContext db, TableHistory history) : FeaturePage
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Database { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Schema { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Table { get; set; }

    private HashSet<Guid> _restorable = [];

    public string SourceName { get; private set; } = "";

    public string Name => ShellWord.Show(string.IsNullOrEmpty(Schema) ? Table ?? "" : $"{Schema}.{Table}");

    /// <summary>The newest first.</summary>
    public IReadOnlyList<TablePoint> Points { get; private set; } = [];

    public IEnumerable<ChartView> Charts
    {
        get
        {
            var points = Points.Reverse().ToList();
            if (LineChart.Of(points.ConvertAll(p => (p.TakenAt, p.Rows))) is { } rows)
            {
                var sentence = $"{Number(points[^1].Rows)} in the newest of {points.Count} backups, at most {Number(rows.Most)}.";
                yield return new(rows, "Rows", sentence);
            }

            if (LineChart.Of(points.ConvertAll(p => (p.TakenAt, (long?)p.Bytes))) is { } bytes)
            {
                var sentence = $"{Quantity.Bytes(points[^1].Bytes)} in the newest backup, at most {Quantity.Bytes(bytes.Most)}.";
                yield return new(bytes, "Size", sentence);
            }
        }
    }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var name = await db.Set<DataSource>().Where(s => s.Id == Id).Select(s => s.Name).SingleOrDefaultAsync(cancellationToken);
        if (name is null || Table is null)
            return NotFound();
        SourceName = name;
        Database = string.IsNullOrEmpty(Database) ? null : Database;
        if (Database is null && await history.HasDatabasesAsync(Id, cancellationToken))
            return NotFound();
        Points = await history.OfAsync(Id, Database, Schema ?? "", Table, cancellationToken);
        var jobs = Points.Select(p => p.JobId).ToList();
        _restorable = [.. await RestorePlans.Restorable(db.Set<BackupJob>()).Where(j => jobs.Contains(j.Id)).Select(j => j.Id)
            .ToListAsync(cancellationToken)];
        return Page();
    }

    /// <summary>Null where that backup is gone.</summary>
    public string? RestoreHref(TablePoint point) => _restorable.Contains(point.JobId)
        ? RestoreLink.Of(Request.PathBase, "backup", point.JobId, Database, Schema ?? "", Table!)
        : null;

    /// <summary>Of a row against the next older one.</summary>
    public string ChangeAt(int i) => i + 1 < Points.Count && Points[i].Rows - Points[i + 1].Rows is { } delta
        ? delta == 0 ? "" : ChangeSentence.Delta(delta)
        : "";

    private static string Number(long? rows) => rows is { } known ? ChangeSentence.Number(known) : "not read";
}
