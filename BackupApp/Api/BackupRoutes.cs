using BackupApp.Accounts;
using BackupApp.Api.Requests;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.History;
using BackupApp.Policies;
using BackupApp.Runs;

namespace BackupApp.Api;

/// <summary>Reading backups: <c>/backups</c> of all data sources, and those of one below it.</summary>
internal static class BackupRoutes
{
    private const string WaitWords =
        "With `wait=30s` it answers when the state changes, or after that time: "
        + "ask again until the state is `success`, `partial`, `failed` or `canceled`.";

    public static void MapBackups(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("").WithTags("Backups");
        group.MapGet("/backups", ListAsync).Produces<ListPage<BackupResponse>>()
            .Describe("listBackups", "List backups of all data sources", "Newest first. `label=team=shop` limits them to some.");
        group.MapGet("/backups/{jobId}", GetAsync).Produces<BackupResponse>().WithMetadata(new ChecksDataSourceAttribute())
            .Describe("getBackup", "Get one backup, or wait for it", WaitWords, 404);
        group.MapGet("/datasources/{datasourceId}/backups", ListOfSourceAsync).Produces<ListPage<BackupResponse>>()
            .Describe("listBackupJobs", "List the backups of a data source", "Newest first.", 404);
        group.MapGet("/datasources/{datasourceId}/backups/{jobId}", GetOfSourceAsync).Produces<BackupResponse>()
            .Describe("getBackupOfDataSource", "Get one backup of a data source, or wait for it", WaitWords, 404);
        group.MapGet("/datasources/{datasourceId}/backup-history", HistoryAsync).Produces<BackupHistoryResponse>()
            .Describe(
                "getBackupHistory",
                "Size and duration over time",
                "The last successful backup of each day (UTC) with one, oldest first.",
                404);
    }

    private static async Task<ListPage<BackupResponse>> ListAsync(
        FromQuery<BackupsQuery> query, BackupViews views, LabelledSources labelled, CancellationToken cancellationToken)
    {
        IReadOnlyList<Guid> sources = query.Value.DatasourceIDs;
        if (await labelled.FindAsync(query.Value.Label, alsoDeleted: true, cancellationToken) is { } having)
            sources = JobFilter.Among([.. sources.Count == 0 ? having : sources.Intersect(having)]);
        return await views.PageAsync(
            query.Value.ToFilter(null) with { DataSourceIds = sources }, query.Value.Cursor, query.Value.Limit, cancellationToken);
    }

    private static async Task<ListPage<BackupResponse>> ListOfSourceAsync(
        Guid datasourceId,
        FromQuery<BackupFilterQuery> query,
        AppDbContext db,
        BackupViews views,
        CancellationToken cancellationToken)
    {
        await DataSourceRoutes.FindAsync(db, datasourceId, cancellationToken);
        return await views.PageAsync(query.Value.ToFilter(datasourceId), query.Value.Cursor, query.Value.Limit, cancellationToken);
    }

    private static async Task<BackupResponse> GetAsync(
        Guid jobId,
        FromQuery<WaitQuery> query,
        BackupViews views,
        RunWatch<BackupJob> watch,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var backup = await views.GetAsync(jobId, cancellationToken);
        // A token that is limited to other sources learns nothing, not even that it exists.
        if (!context.User.CanReach(backup.DatasourceId))
            throw new NotFoundException("backup");
        return await WaitAsync(backup, query.Value.Wait, views, watch, cancellationToken);
    }

    private static async Task<BackupResponse> GetOfSourceAsync(
        Guid datasourceId,
        Guid jobId,
        FromQuery<WaitQuery> query,
        BackupViews views,
        RunWatch<BackupJob> watch,
        CancellationToken cancellationToken)
    {
        var backup = await views.GetAsync(jobId, cancellationToken);
        return backup.DatasourceId == datasourceId
            ? await WaitAsync(backup, query.Value.Wait, views, watch, cancellationToken)
            : throw new NotFoundException("backup");
    }

    private static async Task<BackupResponse> WaitAsync(
        BackupResponse backup,
        WaitTime? wait,
        BackupViews views,
        RunWatch<BackupJob> watch,
        CancellationToken cancellationToken)
    {
        if (wait is not { Value: var time } || time == TimeSpan.Zero || backup.JobStatus is not (RunStatus.Queued or RunStatus.Running))
            return backup;
        await watch.ChangedAsync(backup.JobId, backup.JobStatus, time, cancellationToken);
        return await views.GetAsync(backup.JobId, cancellationToken);
    }

    private static async Task<BackupHistoryResponse> HistoryAsync(
        Guid datasourceId,
        FromQuery<BackupHistoryQuery> query,
        AppDbContext db,
        BackupTrend trend,
        CancellationToken cancellationToken)
    {
        await DataSourceRoutes.FindAsync(db, datasourceId, cancellationToken);
        var points = await trend.OfAsync(datasourceId, query.Value.Days, cancellationToken);
        return new BackupHistoryResponse([
            .. points.Select(p => new BackupHistoryPoint(p.FinishedAt, p.Bytes, (long)p.Duration.TotalMilliseconds)),
        ]);
    }

    internal sealed class WaitQuery
    {
        public WaitTime? Wait { get; init; }
    }
}
