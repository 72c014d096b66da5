using BackupApp.Api.Requests;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Pings;
using BackupApp.Policies;
using BackupApp.Protection;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Api;

/// <summary><c>/datasources/{id}/policies</c>: policies at work on a data source.</summary>
internal static class AttachmentRoutes
{
    private static readonly FieldNames Fields = FieldNames.None;

    public static void MapAttachments(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/datasources/{datasourceId}/policies").WithTags("Attachments");
        group.MapGet("", ListAsync).Produces<AttachmentResponse[]>()
            .Describe(
                "listPoliciesOfDataSource",
                "List the policies of a data source",
                "Highest priority first: the first enabled one is the default for run-now.",
                404);
        group.MapPost("", AttachAsync).Idempotent().Produces<IdResponse>(201)
            .Describe("attachPolicy", "Attach a policy", "Its first backup is at the next time of its schedule.", 404, 409);
        group.MapPatch("/{policyId}", UpdateAsync).Produces(204)
            .Describe(
                "updatePolicyAttachment",
                "Pause, resume or prioritise",
                "`enabled: false` cancels a queued backup; a running one finishes. What comes due meanwhile is not made up for. "
                + "With `pausedUntil` it is resumed by itself; without, people are reminded of it every week.",
                404);
        group.MapDelete("/{policyId}", DetachAsync).Produces(204)
            .Describe("detachPolicy", "Detach a policy", "Its backups stay until somebody deletes them.", 404);
    }

    private static async Task<IReadOnlyList<AttachmentResponse>> ListAsync(
        Guid datasourceId, AppDbContext db, PolicyAttachments attachments, PingTargets pings, CancellationToken cancellationToken)
    {
        await DataSourceRoutes.FindAsync(db, datasourceId, cancellationToken);
        var attached = await attachments.OfSourceAsync(datasourceId, cancellationToken);
        var ids = attached.Select(a => a.Policy.DestinationId).ToList();
        var destinations = await db.Set<StorageDestination>()
            .IgnoreQueryFilters()
            .AsNoTracking()
            .Where(d => ids.Contains(d.Id))
            .ToDictionaryAsync(d => d.Id, cancellationToken);
        var told = await pings.OfAsync([.. attached.Select(a => a.Policy.Id)], cancellationToken);
        return [.. attached.Select(a => ToResponse(a, destinations[a.Policy.DestinationId], told.GetValueOrDefault(a.Policy.Id)))];
    }

    private static async Task<IResult> AttachAsync(
        Guid datasourceId,
        JsonBody<AttachPolicyRequest> body,
        PolicyAttachments attachments,
        PromiseChanges promises,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var request = body.Value;
        var id = Guid.Empty;
        await promises.WatchAsync(
            [datasourceId],
            async () => id = (await attachments.AttachAsync(
                datasourceId, request.PolicyId!.Value, request.Enabled!.Value, request.Priority ?? 0, cancellationToken)).Id,
            cancellationToken);
        return context.Created($"/datasources/{datasourceId}/policies/{request.PolicyId}", new IdResponse(id));
    }

    private static async Task<IResult> UpdateAsync(
        Guid datasourceId,
        Guid policyId,
        JsonBody<UpdateAttachmentRequest> body,
        PolicyAttachments attachments,
        PromiseChanges promises,
        CancellationToken cancellationToken)
    {
        var request = body.Value;
        if (request.Priority is { } priority)
            await attachments.SetPriorityAsync(datasourceId, policyId, priority, cancellationToken);
        if (request.Enabled == true)
        {
            await promises.WatchAsync(
                [datasourceId], () => attachments.ResumeAsync(datasourceId, policyId, cancellationToken), cancellationToken);
        }
        else if (request.Enabled == false)
            await Fields.NameAsync(() => PauseAsync(datasourceId, policyId, request, attachments, promises, cancellationToken));
        else if (request.Priority is null)
            await attachments.RequireAsync(datasourceId, policyId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<bool> PauseAsync(
        Guid datasourceId, Guid policyId, UpdateAttachmentRequest request, PolicyAttachments attachments, PromiseChanges promises,
        CancellationToken cancellationToken)
    {
        var terms = new PauseTerms(request.PausedUntil, request.PauseReason);
        await promises.WatchAsync(
            [datasourceId], () => attachments.PauseAsync(datasourceId, policyId, terms, cancellationToken), cancellationToken);
        return true;
    }

    private static async Task<IResult> DetachAsync(
        Guid datasourceId, Guid policyId, PolicyAttachments attachments, PromiseChanges promises, CancellationToken cancellationToken)
    {
        await promises.WatchAsync(
            [datasourceId], () => attachments.DetachAsync(datasourceId, policyId, cancellationToken), cancellationToken);
        return TypedResults.NoContent();
    }

    private static AttachmentResponse ToResponse(AttachedPolicy attached, StorageDestination destination, PingView? ping) => new(
        attached.Attachment.Id,
        attached.Attachment.IsEnabled,
        attached.Attachment.Priority,
        0,
        attached.IsDefault,
        attached.Policy.ToResponse(destination.Encryption, ping),
        new AttachedDestination(destination.Id, Organization.Id, destination.Name, destination.IsManaged),
        attached.Attachment.CreatedAt,
        attached.NextRun)
    {
        PausedAt = attached.Attachment.PausedAt,
        PausedUntil = attached.Attachment.PausedUntil,
        PauseReason = attached.Attachment.PauseReason,
    };
}
