using System.Globalization;
using System.Text;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Inventories;
using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Kept;
using BackupApp.Inventories.Queries;
using BackupApp.Tools;
using BackupApp.Pages.Ui.Lists;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Contents;

/// <summary>What is in one backup: a table that is sorted, searched and paged on the server.</summary>
public abstract class ContentsPageModel(AppDbContext db, JobContents contents, JobChanges changes) : FeaturePage
{
    private const int PageSize = 50;

    // Of a server with more databases than these a page has no room to tell what else is in them; the API has all.
    private const int MostFacts = 50;

    protected AppDbContext Db => db;

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    [BindProperty(SupportsGet = true)]
    public ContentsSort Sort { get; set; }

    [BindProperty(SupportsGet = true)]
    public bool Descending { get; set; }

    public Guid JobId { get; protected set; }

    public Guid DataSourceId { get; protected set; }

    public IReadOnlyList<KeptInventory> Parts { get; private set; } = [];

    public BackupApp.Inventories.Queries.ContentsPage Tables { get; private set; } = new([], 0, null, []);

    /// <summary>Of a partial backup the parts that are not in it, for people.</summary>
    public IReadOnlyList<string> Missing { get; private set; } = [];

    /// <summary>What each part holds beside its tables.</summary>
    public IReadOnlyList<PartFacts> WhatElse => [.. Tables.Parts.Select(PartFacts.Of).OfType<PartFacts>().Take(MostFacts)];

    public IReadOnlyList<ContentWarning> Warnings { get; private set; } = [];

    /// <summary>Of several databases each row says which.</summary>
    public bool HasDatabases => Parts.Count > 1;

    public bool HasTables => Parts.Any(p => p.Figures is not null);

    public bool IsFirst { get; private set; }

    /// <summary>The backup is there still, so that something of it can be restored.</summary>
    public bool CanRestore { get; protected set; }

    private ContentsFilter Filter => new(Search, Sort, Descending);

    private string Own => Request.PathBase + Request.Path;

    public string? NextHref => Tables.Next is { } next ? Href(Sort, Descending, next) : null;

    public string FirstHref => Href(Sort, Descending, null);

    public string CsvHref => QueryHelpers.AddQueryString(Href(Sort, Descending, null), "handler", "Csv");

    /// <summary>The link of a column's head: the largest first, then the other way round.</summary>
    public string SortHref(ContentsSort by) => Href(by, by == Sort ? !Descending : by != ContentsSort.Name, null);

    /// <summary>For <c>aria-sort</c>.</summary>
    public string SortWord(ContentsSort by) => by != Sort ? "none" : Descending ? "descending" : "ascending";

    public string HistoryHref(ContentsTable table) => QueryHelpers.AddQueryString(
        $"{Request.PathBase}/DataSources/{DataSourceId}/Table",
        new Dictionary<string, string?>
        {
            ["database"] = table.Database,
            ["schema"] = table.Table.Schema,
            ["table"] = table.Table.Name,
        });

    /// <summary>Of this backup the part with this table.</summary>
    public string RestoreHref(ContentsTable table) =>
        RestoreLink.Of(Request.PathBase, "backup", JobId, table.Database, table.Table.Schema, table.Table.Name);

    protected async Task ReadAsync(Guid jobId, string? after, CancellationToken cancellationToken)
    {
        JobId = jobId;
        Search = string.IsNullOrWhiteSpace(Search) ? null : Search.Trim();
        IsFirst = string.IsNullOrEmpty(after);
        Tables = await contents.PageAsync(jobId, Filter, after, PageSize, cancellationToken);
        Parts = [.. Tables.Parts.Select(p => p.Row)];
        Missing = [.. (await db.MissingFrom(jobId).AsNoTracking().ToListAsync(cancellationToken)).Select(Jobs.MissingPart.NameOf)];
        Warnings = await changes.WarningsAsync(jobId, cancellationToken);
    }

    protected async Task<IActionResult> CsvAsync(Guid jobId, string name, CancellationToken cancellationToken)
    {
        var tables = await contents.AllAsync(jobId, Filter, cancellationToken);
        var csv = new StringBuilder("database,schema,name,kind,owner,rows,bytes\r\n");
        foreach (var (database, table) in tables)
        {
            string[] fields =
                [Csv.Text(database), Csv.Text(table.Schema), Csv.Text(table.Name), table.Kind.ToSnakeCase(), Csv.Text(table.Owner)];
            csv.AppendJoin(',', fields).Append(CultureInfo.InvariantCulture, $",{table.Rows},{table.Bytes}\r\n");
        }

        return File(Encoding.UTF8.GetBytes(csv.ToString()), "text/csv; charset=utf-8", $"{name}-contents.csv");
    }

    private string Href(ContentsSort sort, bool descending, string? after)
    {
        var query = new Dictionary<string, string?> { ["sort"] = sort.ToString(), ["descending"] = descending ? "true" : "false" };
        if (Search is not null)
            query["search"] = Search;
        if (after is not null)
            query["after"] = after;
        return QueryHelpers.AddQueryString(Own, query);
    }

    /// <summary>With its schema, and nothing that only hides.</summary>
    public static string Name(InventoryTable table) =>
        ShellWord.Show(table.Schema.Length > 0 ? $"{table.Schema}.{table.Name}" : table.Name);

    /// <summary>A number of rows, or why there is none.</summary>
    public static string Rows(InventoryTable table) => table.State switch
    {
        RowsState.Counted => (table.Rows ?? 0).ToString("N0", CultureInfo.InvariantCulture),
        RowsState.LeftOut => "left out",
        RowsState.NotRead => "not read",
        _ => "–",
    };

    /// <summary>A kind in words: <c>partitioned table</c>.</summary>
    public static string Kind(TableKind kind) => kind.ToSnakeCase().Replace('_', ' ');
}
