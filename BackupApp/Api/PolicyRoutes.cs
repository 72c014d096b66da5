using BackupApp.Api.Requests;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using BackupApp.Errors;
using BackupApp.Pings;
using BackupApp.Policies;
using BackupApp.Protection;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Api;

/// <summary><c>/backup-policies</c>: when, how long kept and where to.</summary>
internal static class PolicyRoutes
{
    public static void MapPolicies(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/backup-policies").WithTags("Policies");
        group.MapGet("", ListAsync).Produces<ListPage<PolicyResponse>>()
            .Describe("listPolicies", "List policies", "Newest first.");
        group.MapPost("", CreateAsync).Idempotent().Produces<IdResponse>(201)
            .Describe("createPolicy", "Create a policy", "It runs nothing before it is attached to a data source.", 409);
        group.MapGet("/{id}", GetAsync).Produces<PolicyResponse>()
            .Describe("getPolicy", "Get a policy", "With the ETag that `PATCH` takes as If-Match.", 404);
        group.MapPatch("/{id}", UpdateAsync).Produces(204)
            .Describe(
                "updatePolicy",
                "Change a policy",
                "Fields that are left out stay as they are. Every attachment follows from now on; nothing runs for a time that is past.",
                404, 409, 412);
        group.MapDelete("/{id}", DeleteAsync).Produces(204)
            .Describe("deletePolicy", "Delete a policy", "It must not be attached anywhere. Its backups stay.", 404, 409);
    }

    private static async Task<ListPage<PolicyResponse>> ListAsync(
        FromQuery<ListQuery> query, AppDbContext db, PingTargets pings, TimeProvider time, CancellationToken cancellationToken)
    {
        var policies = db.Set<BackupPolicy>().AsNoTracking();
        if (Cursors.Read(query.Value.Cursor) is { } after)
            policies = policies.Where(p =>
                EF.Functions.LessThan(ValueTuple.Create(p.CreatedAt, p.Id), ValueTuple.Create(after.CreatedAt, after.Id)));
        var rows = await policies.OrderByDescending(p => p.CreatedAt)
            .ThenByDescending(p => p.Id)
            .Take(query.Value.Limit + 1)
            .ToListAsync(cancellationToken);
        var shown = rows.Take(query.Value.Limit).ToList();
        var next = rows.Count > shown.Count ? new KeysetCursor(shown[^1].CreatedAt, shown[^1].Id).ToString() : null;
        var encryptions = await EncryptionsAsync(db, shown, cancellationToken);
        var told = await pings.OfAsync(shown.ConvertAll(p => p.Id), cancellationToken);
        return ListPage.Of<PolicyResponse>(
            [.. shown.Select(p => p.ToResponse(encryptions[p.DestinationId], told.GetValueOrDefault(p.Id)))], next, time);
    }

    private static async Task<IResult> CreateAsync(
        JsonBody<CreatePolicyRequest> body,
        AppDbContext db,
        PolicyEditor editor,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var input = body.Draft.ToInput();
        await CheckAsync(body, input, db, cancellationToken);
        var policy = await PolicyMapping.Names.NameAsync(() => editor.CreateAsync(input, cancellationToken));
        return context.Created($"/backup-policies/{policy.Id}", new IdResponse(policy.Id));
    }

    private static async Task<PolicyResponse> GetAsync(
        Guid id, AppDbContext db, PingTargets pings, HttpContext context, CancellationToken cancellationToken)
    {
        var policy = await FindAsync(db, id, cancellationToken);
        context.Tag(policy.Version);
        return policy.ToResponse(
            (await EncryptionsAsync(db, [policy], cancellationToken))[policy.DestinationId], await pings.FindAsync(id, cancellationToken));
    }

    private static async Task<IResult> UpdateAsync(
        Guid id,
        JsonBody<UpdatePolicyRequest> body,
        AppDbContext db,
        PolicyEditor editor,
        PromiseChanges promises,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var policy = await FindAsync(db, id, cancellationToken);
        var version = context.RequireMatch(policy.Version);
        var input = body.Draft.ToInput(policy);
        await CheckAsync(body, input, db, cancellationToken);
        await PolicyMapping.Names.NameAsync(() => promises.WatchPolicyAsync(
            id, () => editor.UpdateAsync(id, version, input, cancellationToken), cancellationToken));
        return TypedResults.NoContent();
    }

    private static async Task<IResult> DeleteAsync(Guid id, PolicyEditor editor, CancellationToken cancellationToken)
    {
        await editor.DeleteAsync(id, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task CheckAsync<T>(JsonBody<T> body, PolicyInput input, AppDbContext db, CancellationToken cancellationToken)
        where T : PolicyFields, new()
    {
        var destination = await db.Set<StorageDestination>()
            .AsNoTracking()
            .SingleOrDefaultAsync(d => d.Id == input.DestinationId, cancellationToken);
        input.Labels = body.Draft.Labels.ToText(input.Labels, body.Problems);
        body.Draft.CheckOffered(destination, body.Problems);
        body.Check(PolicyMapping.Names, problems =>
        {
            input.ReadName(problems);
            input.ReadTerms(problems);
        });
    }

    // A policy outlives no destination, but one that is being deleted is hidden already.
    internal static Task<Dictionary<Guid, ServerSideEncryption>> EncryptionsAsync(
        AppDbContext db, List<BackupPolicy> policies, CancellationToken cancellationToken)
    {
        var ids = policies.Select(p => p.DestinationId).Distinct().ToList();
        return db.Set<StorageDestination>()
            .IgnoreQueryFilters()
            .Where(d => ids.Contains(d.Id))
            .ToDictionaryAsync(d => d.Id, d => d.Encryption, cancellationToken);
    }

    private static async Task<BackupPolicy> FindAsync(AppDbContext db, Guid id, CancellationToken cancellationToken) =>
        await db.Set<BackupPolicy>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken)
        ?? throw new NotFoundException("policy");
}
