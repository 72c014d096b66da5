using BackupApp.Accounts;
using BackupApp.Api.Requests;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Policies;
using BackupApp.Stored;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Api;

/// <summary>What is done with the backups of a data source.</summary>
internal static class BackupActionRoutes
{
    public static void MapBackupActions(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/datasources/{datasourceId}/backups").WithTags("Backups");
        group.MapPost("/run-now", RunNowAsync).Idempotent().Produces<RunBackupNowResponse>()
            .Describe(
                "runBackupNow",
                "Back up now",
                "Makes a job and answers at once; its `Location` takes `?wait=30s`. "
                + "Without a body the policy of the highest priority is used. A destination of one's own is for Operators. "
                + "While 3 manual backups of the source wait, or as many as are configured, another is a 409.",
                404, 409);
        group.MapPost("/{jobId}/cancel", CancelAsync).Produces<BackupResponse>(202)
            .Describe(
                "cancelBackup",
                "Cancel a backup",
                "A queued one ends at once, a running one within seconds; nothing of it stays in the destination.",
                404, 409);
        group.MapPatch("/{jobId}", PinAsync).Produces(204)
            .Describe("pinBackup", "Pin or unpin a backup", "A pinned backup never expires.", 404, 409);
        group.MapDelete("/{jobId}", DeleteAsync).Produces<DeleteBackupResponse>()
            .Describe(
                "deleteBackup",
                "Delete a backup",
                "Its objects are deleted right after; the job stays in history. A backup that has not ended is a 409.",
                404, 409);
    }

    private static async Task<IResult> RunNowAsync(
        Guid datasourceId,
        [OptionalBody] Body<RunBackupNowRequest> body,
        AppDbContext db,
        RunNow runNow,
        RunPolicyNow runPolicy,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var request = body.Value;
        var policyId = ReadPolicyId(request);
        if (request.DestinationId is not null && !context.User.Can(Permission.Operate))
            return ApiProblem.Forbidden(
                "A Runner backs up by the policies that are attached to the data source. "
                + "Leave destinationId out, or use an Operator's token.");
        if (policyId is not null && request.DestinationId is not null)
            throw new InvalidRequestException("destinationId", "Give a policy or a destination: a policy has its own.");
        var jobId = request.DestinationId is { } destination
            ? await runNow.RunAsync(datasourceId, destination, cancellationToken)
            : await runPolicy.RunAsync(datasourceId, policyId, cancellationToken);
        var job = await db.Set<BackupJob>().AsNoTracking().SingleAsync(j => j.Id == jobId, cancellationToken);
        return context.Created(
            $"/backups/{jobId}",
            new RunBackupNowResponse(jobId, job.PolicyId?.ToString() ?? "", job.DestinationId),
            StatusCodes.Status200OK);
    }

    private static async Task<IResult> CancelAsync(
        Guid datasourceId,
        Guid jobId,
        AppDbContext db,
        CancelBackup cancel,
        BackupViews views,
        CancellationToken cancellationToken)
    {
        await RequireAsync(db, datasourceId, jobId, cancellationToken);
        await cancel.RunAsync(jobId, cancellationToken);
        return TypedResults.Json(await views.GetAsync(jobId, cancellationToken), statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> PinAsync(
        Guid datasourceId,
        Guid jobId,
        Body<PinBackupRequest> body,
        AppDbContext db,
        PinBackup pin,
        CancellationToken cancellationToken)
    {
        await RequireAsync(db, datasourceId, jobId, cancellationToken);
        await pin.RunAsync(jobId, body.Value.Pinned!.Value, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<DeleteBackupResponse> DeleteAsync(
        Guid datasourceId, Guid jobId, AppDbContext db, DeleteBackup delete, CancellationToken cancellationToken)
    {
        await RequireAsync(db, datasourceId, jobId, cancellationToken);
        await delete.RunAsync(jobId, cancellationToken);
        return new DeleteBackupResponse(
            await db.Set<BackupArtifact>().CountAsync(a => a.JobId == jobId && a.Copy.StoredAt != null, cancellationToken));
    }

    /// <exception cref="NotFoundException">There is no such job of this data source.</exception>
    internal static async Task RequireAsync(AppDbContext db, Guid datasourceId, Guid jobId, CancellationToken cancellationToken)
    {
        if (!await db.Set<BackupJob>().AnyAsync(j => j.Id == jobId && j.DataSourceId == datasourceId, cancellationToken))
            throw new NotFoundException("backup");
    }

    private static Guid? ReadPolicyId(RunBackupNowRequest request)
    {
        if (string.IsNullOrEmpty(request.PolicyId))
            return null;
        return Guid.TryParseExact(request.PolicyId, "D", out var id)
            ? id
            : throw new InvalidRequestException("policyId", JsonScalar.Expected(typeof(Guid)));
    }
}
