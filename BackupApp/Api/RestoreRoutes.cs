using BackupApp.Accounts;
using BackupApp.Api.Requests;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Network;
using BackupApp.Restores;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Api;

/// <summary><c>/restores</c>: from a stored backup to a database, and what can be done afterwards.</summary>
internal static class RestoreRoutes
{
    public static void MapRestores(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("").WithTags("Restores").WithMetadata(new ChecksDataSourceAttribute());
        group.MapPost("/restores", CreateAsync).Idempotent().Produces<IdResponse>(201)
            .Describe("createRestore", "Start a restore",
                "Probe the target first. Nothing that exists is touched before the restored database is whole and counted. A backup that "
                    + "did not succeed or was deleted is a 409.", 409);
        group.MapPost("/restores/target-probe", ProbeAsync).Produces<ProbeTargetResponse>()
            .Describe("probeRestoreTarget", "Look at a restore target",
                "Changes nothing there. What is wrong with the target is a 200 with `ok: false`.", 404);
        group.MapGet("/restores/{id}", GetAsync).Produces<RestoreResponse>()
            .Describe("getRestore", "Get one restore, or wait for it",
                "With `wait=30s` it answers when the state changes, or after that time.", 404);
        group.MapGet("/restores/{id}/logs.presign", LogAsync).Produces<RestoreLogResponse>()
            .Describe("getRestoreLogLink", "Get a link to a restore's log",
                "Works for 15 minutes, without a token. A link that cannot be had is a 200 with `ok: false`: not_found, no_log.");
        group.MapPost("/restores/{id}/cancel", CancelAsync).Produces<RestoreResponse>(202)
            .Describe("cancelRestore", "Cancel a restore",
                "A queued one ends at once, a running one within seconds; what it made is dropped. While databases are swapped it is a "
                    + "409.", 404, 409);
        group.MapPost("/restores/{id}/undo", UndoAsync).Produces<AftermathResponse>()
            .Describe("undoRestore", "Swap the old database back",
                "The restored one stays beside it. Also puts a partial restore in its place that was not swapped in. Of MongoDB the backup "
                    + "from before is restored, by a restore of its own.", 404, 409);
        group.MapPost("/restores/{id}/drop-kept", DropAsync).Produces<AftermathResponse>()
            .Describe("dropKeptDatabase", "Drop the database that stands beside", "`confirmation` is its name.", 404, 409);
        api.MapGet("/datasources/{datasourceId}/restores", ListAsync).WithTags("Restores").Produces<ListPage<RestoreResponse>>()
            .Describe("listRestores", "List the restores of a data source",
                "Newest first. `trigger` is manual (the default) or verification.", 404);
    }

    private static async Task<IResult> CreateAsync(
        JsonBody<CreateRestoreRequest> body, StartRestore start, OverwriteRule rule, HttpContext context,
        CancellationToken cancellationToken)
    {
        var request = body.Value;
        if (Refusal(request, context, rule, request.WithoutSafetyBackup == true) is { } refusal)
            return refusal;
        var input = request.ToInput();
        input.SourceBackupId = request.SourceBackupId;
        input.ConfirmOverwrite = request.ConfirmOverwrite == true;
        input.Confirmation = request.Confirmation;
        input.GoOnPastErrors = request.GoOnPastErrors == true;
        input.SwapPartial = request.SwapPartial == true;
        input.WithoutSafetyBackup = request.WithoutSafetyBackup == true;
        if (request.Mode == RestoreMode.Overwrite && !input.ConfirmOverwrite)
            throw new InvalidRequestException("confirmOverwrite", "Must be true: the data source's own database is replaced.");
        var id = await request.Fields.NameAsync(() => start.RunAsync(input, cancellationToken));
        return context.Created($"/restores/{id}", new IdResponse(id));
    }

    private static async Task<IResult> ProbeAsync(
        JsonBody<ProbeTargetRequest> body, RestoreProbes probes, OverwriteRule rule, HttpContext context,
        CancellationToken cancellationToken)
    {
        var request = body.Value;
        if (Refusal(request, context, rule) is { } refusal)
            return refusal;
        var input = request.ToInput();
        input.SourceBackupId = request.SourceBackupId;
        try
        {
            var probe = await probes.RunAsync(input, cancellationToken);
            return TypedResults.Ok(Of(probe));
        }
        catch (InvalidInputException e) when (
            e.Problems.Keys.SequenceEqual([nameof(input.TargetUri)]) && !string.IsNullOrWhiteSpace(input.TargetUri))
        {
            return TypedResults.Ok(new ProbeTargetResponse(false, null, 0, "invalid_uri", e.Problems.Values.First(), null, []));
        }
        catch (InvalidInputException e)
        {
            throw new InvalidRequestException(request.Fields.Translate(e.Problems));
        }
    }

    private static ProbeTargetResponse Of(RestoreProbe probe) => new(
        probe.Target.Ok,
        probe.Plan?.Source.Engine,
        (long)probe.Latency.TotalMilliseconds,
        probe.Target.Code,
        probe.Target.Message,
        probe.Target.ServerVersion,
        Of(probe.Target.Checks))
    {
        Parts = probe.Parts.Count == 0
            ? null
            : [.. probe.Parts.Select(p => new PartProbeResponse(p.ArtifactId, p.Kind, p.Database, p.Ok, Of(p.Checks)))],
    };

    private static IReadOnlyList<TargetCheckResponse> Of(IReadOnlyList<TargetCheck> checks) =>
        [.. checks.Select(c => new TargetCheckResponse(c.Code, c.State, c.Text, c.Fix))];

    private static async Task<RestoreResponse> GetAsync(
        Guid id, FromQuery<BackupRoutes.WaitQuery> query, AppDbContext db, RunWatch<RestoreJob> watch, HttpContext context,
            CancellationToken cancellationToken)
    {
        var row = await FindAsync(id, db, context, cancellationToken);
        if (query.Value.Wait is not { Value: var time } || time == TimeSpan.Zero || row.Status is not (
            RunStatus.Queued or RunStatus.Running))
            return await WithCountsAsync(row, db, cancellationToken);
        await watch.ChangedAsync(id, row.Status, time, cancellationToken);
        return await WithCountsAsync(await FindAsync(id, db, context, cancellationToken), db, cancellationToken);
    }

    private static async Task<RestoreResponse> WithCountsAsync(RestoreRow row, AppDbContext db, CancellationToken cancellationToken)
    {
        var result = await db.Set<RestoreJob>().Where(j => j.Id == row.Id).Select(j => j.Result).SingleOrDefaultAsync(cancellationToken);
        return RestoreResponse.Of(row) with { Rows = result?.Rows, Tables = result?.Tables };
    }

    private static async Task<RestoreLogResponse> LogAsync(
        Guid id, AppDbContext db, RestoreLogs logs, IOptions<PublicAddress> address, HttpContext context,
            CancellationToken cancellationToken)
    {
        try
        {
            await FindAsync(id, db, context, cancellationToken);
            return await logs.CreateLinkAsync(id, cancellationToken) is { } link
                ? new RestoreLogResponse(true, address.Value.LinkTo(context.Request, link.Path), link.ExpiresAt)
                : new RestoreLogResponse(false, ErrorCode: "no_log", ErrorMessage: "This restore has no log yet.");
        }
        catch (NotFoundException e)
        {
            return new RestoreLogResponse(false, ErrorCode: "not_found", ErrorMessage: e.Message);
        }
    }

    private static async Task<IResult> CancelAsync(
        Guid id, AppDbContext db, CancelRestore cancel, HttpContext context, CancellationToken cancellationToken)
    {
        await FindAsync(id, db, context, cancellationToken);
        await cancel.RunAsync(id, cancellationToken);
        var row = await FindAsync(id, db, context, cancellationToken);
        return TypedResults.Json(RestoreResponse.Of(row), statusCode: StatusCodes.Status202Accepted);
    }

    private static Task<IResult> UndoAsync(
        Guid id, JsonBody<UndoRestoreRequest> body, AppDbContext db, RestoreAftermath aftermath, UndoBySafety undo, OverwriteRule rule,
            HttpContext context) =>
        AftermathAsync(id, body.Value, db, rule, context, async (row, request) => row.SafetyJobId is null
            ? new(await aftermath.SwapAsync(id, request.Confirmation, request.LoginUri))
            : new("The backup from before is being restored.")
            {
                RestoreId = await undo.RunAsync(id, request.Confirmation, request.LoginUri, context.RequestAborted),
            });

    private static Task<IResult> DropAsync(
        Guid id, JsonBody<UndoRestoreRequest> body, AppDbContext db, RestoreAftermath aftermath, OverwriteRule rule, HttpContext context) =>
        AftermathAsync(id, body.Value, db, rule, context, async (_, request) =>
            new(await aftermath.DropKeptAsync(id, request.Confirmation, request.LoginUri)));

    private static async Task<IResult> AftermathAsync(
        Guid id, UndoRestoreRequest request, AppDbContext db, OverwriteRule rule, HttpContext context,
        Func<RestoreRow, UndoRestoreRequest, Task<AftermathResponse>> act)
    {
        var row = await FindAsync(id, db, context, context.RequestAborted);
        return rule.Allows(context.User) ? TypedResults.Ok(await act(row, request)) : NotAllowed();
    }

    private static async Task<ListPage<RestoreResponse>> ListAsync(
        Guid datasourceId, FromQuery<RestoresQuery> query, AppDbContext db, RestoreHistory history, TimeProvider time,
            CancellationToken cancellationToken)
    {
        // The restores of one that was deleted are history, too.
        if (!await db.Set<DataSource>().IgnoreQueryFilters().AnyAsync(s => s.Id == datasourceId, cancellationToken))
            throw new NotFoundException("data source");
        var trigger = query.Value.Trigger ?? RestoreTrigger.Manual;
        var page = await history.PageAsync(
            datasourceId, trigger, Cursors.Read(query.Value.Cursor), null, query.Value.Limit, cancellationToken);
        return ListPage.Of<RestoreResponse>([.. page.Rows.Select(RestoreResponse.Of)], page.Older?.ToString(), time);
    }

    private static async Task<RestoreRow> FindAsync(Guid id, AppDbContext db, HttpContext context, CancellationToken cancellationToken)
    {
        var row = await RestoreRow.Of(db.Set<RestoreJob>().Where(j => j.Id == id)).SingleOrDefaultAsync(cancellationToken);
        // A token that is limited to other sources learns nothing, not even that it exists.
        return row is not null && context.User.CanReach(row.DataSourceId) ? row : throw new NotFoundException("restore");
    }

    private static ApiProblem? Refusal(RestoreTargetRequest request, HttpContext context, OverwriteRule rule, bool withoutSafety = false)
    {
        if (request.DataSourceId is { } source && !context.User.CanReach(source))
            return ApiProblem.Forbidden("This token is limited to other data sources.");
        return request.Mode != RestoreMode.Overwrite || rule.Allows(context.User, withoutSafety) ? null : NotAllowed();
    }

    private static ApiProblem NotAllowed() =>
        ApiProblem.Forbidden("Replacing a database is for Administrators here. Restore into a new database instead.");

    internal sealed class RestoresQuery : ListQuery
    {
        public RestoreTrigger? Trigger { get; init; }
    }
}
