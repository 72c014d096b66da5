using BackupApp.Api.Requests;
using BackupApp.Data;
using BackupApp.Inventories.Queries;
using BackupApp.Stored;

namespace BackupApp.Api;

/// <summary>What is in backups, and how it changes.</summary>
internal static class ContentsRoutes
{
    private static readonly FieldNames Fields = new(("Why", "why"));

    public static void MapContents(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/datasources/{datasourceId}").WithTags("Backups");
        group.MapGet("/backups/{jobId}/contents", ContentsAsync).Produces<ContentsResponse>()
            .Describe("getBackupContents", "List what is in a backup", "Its tables with their exact rows as of the dump's snapshot.", 404);
        group.MapGet("/backups/{jobId}/contents/changes", ChangesAsync).Produces<ContentChangesResponse>()
            .Describe("getBackupChanges", "What changed since the run before", "Tables that changed, a sentence, and warnings.", 404);
        group.MapPost("/backups/{jobId}/warnings/{warningId}/silence", SilenceAsync).Produces(204)
            .Describe(
                "silenceBackupWarning",
                "Say that what a warning is about was meant",
                "It counts no more, and later runs are compared with this one.",
                404);
        group.MapGet("/table-history", HistoryAsync).Produces<ListPage<TablePointResponse>>()
            .Describe(
                "getTableHistory",
                "One table over time",
                "Newest first, of the newest 400 runs whose tables are kept.",
                404);
    }

    private static async Task<ContentsResponse> ContentsAsync(
        Guid datasourceId,
        Guid jobId,
        FromQuery<ContentsQuery> query,
        AppDbContext db,
        JobContents contents,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        await BackupActionRoutes.RequireAsync(db, datasourceId, jobId, cancellationToken);
        var asked = query.Value;
        if (!JobContents.IsCursor(asked.Cursor))
            throw new InvalidRequestException("cursor", KeyedPage.Wrong);
        var filter = new ContentsFilter(asked.Search, asked.Sort, asked.Descending, asked.Database);
        var page = await contents.PageAsync(jobId, filter, asked.Cursor, asked.Limit, cancellationToken);
        return new(
            [.. page.Tables.Select(ContentsMapping.Table)],
            page.Found,
            [.. page.Parts.Select(ContentsMapping.Part)],
            new PageCursors(page.Next),
            new PageMeta(time.GetUtcNow()));
    }

    private static async Task<ContentChangesResponse> ChangesAsync(
        Guid datasourceId,
        Guid jobId,
        FromQuery<ListQuery> query,
        AppDbContext db,
        JobChanges changes,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        await BackupActionRoutes.RequireAsync(db, datasourceId, jobId, cancellationToken);
        var parts = await changes.OfAsync(jobId, cancellationToken);
        var tables = parts.SelectMany(p => (p.Changes?.Tables ?? []).Select(t => ContentsMapping.Change(p.Row.Database, t))).ToList();
        var (page, next) = KeyedPage.Of(tables, t => [t.Database, t.Schema, t.Name], query.Value.Cursor, query.Value.Limit);
        var warnings = await changes.WarningsAsync(jobId, cancellationToken);
        return new(
            page,
            [.. parts.Select(ContentsMapping.Changed)],
            [.. warnings.Select(ContentsMapping.Warning)],
            new PageCursors(next),
            new PageMeta(time.GetUtcNow()));
    }

    private static async Task<IResult> SilenceAsync(
        Guid datasourceId,
        Guid jobId,
        Guid warningId,
        JsonBody<SilenceRequest> body,
        AppDbContext db,
        SilenceWarning silence,
        CancellationToken cancellationToken)
    {
        await BackupActionRoutes.RequireAsync(db, datasourceId, jobId, cancellationToken);
        return await Fields.NameAsync<IResult>(async () =>
        {
            await silence.RunAsync(jobId, warningId, body.Value.Why, cancellationToken);
            return TypedResults.NoContent();
        });
    }

    private static async Task<ListPage<TablePointResponse>> HistoryAsync(
        Guid datasourceId,
        FromQuery<TableHistoryQuery> query,
        AppDbContext db,
        TableHistory history,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        await DataSourceRoutes.FindAsync(db, datasourceId, cancellationToken);
        var asked = query.Value;
        var problems = new Dictionary<string, string>();
        if (asked.Table is null)
            problems["table"] = "Name the table, without its schema.";
        if (asked.Schema is null)
            problems["schema"] = "Name the table's schema; of MongoDB the database.";
        if (asked.Database is null && await history.HasDatabasesAsync(datasourceId, cancellationToken))
            problems["database"] = "Say which database: this data source has several.";
        if (problems.Count > 0)
            throw new InvalidRequestException(problems);
        var points = await history.OfAsync(datasourceId, asked.Database, asked.Schema!, asked.Table!, cancellationToken);
        var (page, next) = KeyedPage.Of(points, p => [p.ArtifactId.ToString()], asked.Cursor, asked.Limit);
        return ListPage.Of([.. page.Select(p => new TablePointResponse(p.JobId, p.TakenAt, p.Rows, p.Bytes))], next, time);
    }
}
