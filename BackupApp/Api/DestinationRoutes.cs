using BackupApp.Api.Requests;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Api;

/// <summary><c>/storage-destinations</c>: where backups go.</summary>
internal static class DestinationRoutes
{
    public static void MapDestinations(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/storage-destinations").WithTags("Storage destinations");
        group.MapGet("", ListAsync).Produces<DestinationResponse[]>()
            .Describe("listStorageDestinations", "List destinations", "The server's own storage first. Keys are never shown.");
        group.MapPost("", CreateAsync).Idempotent().Produces<CreateDestinationResponse>()
            .Describe(
                "createStorageDestination",
                "Add a bucket",
                "It is tested as a backup would use it: upload, read, link, delete. Nothing is saved unless all of that works.",
                409);
        group.MapPost("/managed/ensure", EnsureManagedAsync).Produces<IdResponse>()
            .Describe(
                "ensureManagedStorageDestination",
                "Get the server's own storage",
                "Whoever runs the server has configured it; it is always there.");
        group.MapGet("/{id}", GetAsync).Produces<DestinationResponse>()
            .Describe("getStorageDestination", "Get a destination", "With the ETag that `PATCH` takes as If-Match.", 404);
        group.MapPatch("/{id}", UpdateAsync).Produces<DestinationResponse>()
            .Describe(
                "updateStorageDestination",
                "Change an added bucket",
                "It is tested again before it is saved. A new endpoint needs both keys again.",
                404, 409, 412);
        group.MapPost("/{id}/verify", VerifyAsync).Produces<DestinationTestResponse>()
            .Describe(
                "verifyStorageDestination",
                "Test a destination",
                "Does what a backup does. A failure is a 200 with `ok: false`.",
                404);
    }

    private static async Task<IReadOnlyList<DestinationResponse>> ListAsync(
        FromQuery<DestinationsQuery> query, AppDbContext db, CancellationToken cancellationToken)
    {
        var destinations = query.Value.Filter(db.Set<StorageDestination>().AsNoTracking());
        var rows = await destinations.OrderByDescending(d => d.IsManaged).ThenBy(d => d.Name).ToListAsync(cancellationToken);
        return
        [
            .. rows.Where(d => query.Value.UnverifiedOnly != true || (!d.IsManaged && d.LastTest?.Ok != true))
                .Select(d => d.ToResponse()),
        ];
    }

    private static async Task<IResult> CreateAsync(
        JsonBody<CreateDestinationRequest> body,
        DestinationEditor editor,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var input = body.Draft.ToInput();
        body.Draft.CheckOffered(body.Problems);
        body.Check(DestinationMapping.Names, problems =>
        {
            input.ReadName(problems);
            input.ReadLocation(problems);
            input.ReadKeys(null, moved: true, problems);
        });
        var destination = await DestinationMapping.Names.NameAsync(
            () => editor.CreateAsync(input, mustPass: true, progress: null, cancellationToken));
        return context.Created(
            $"/storage-destinations/{destination.Id}",
            new CreateDestinationResponse(destination.Id, destination.LastTest?.TestedAt),
            StatusCodes.Status200OK);
    }

    private static IdResponse EnsureManagedAsync(JsonBody<EnsureManagedRequest> body) =>
        body.Value is null ? throw new NotFoundException("storage destination") : new IdResponse(StorageDestination.ManagedId);

    private static async Task<DestinationResponse> GetAsync(
        Guid id, AppDbContext db, HttpContext context, CancellationToken cancellationToken)
    {
        var destination = await FindAsync(db, id, cancellationToken);
        context.Tag(destination.Version);
        return destination.ToResponse();
    }

    private static async Task<DestinationResponse> UpdateAsync(
        Guid id,
        JsonBody<UpdateDestinationRequest> body,
        AppDbContext db,
        DestinationEditor editor,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var destination = await FindAsync(db, id, cancellationToken);
        var version = context.RequireMatch(destination.Version);
        var input = body.Draft.ToInput(destination);
        body.Draft.CheckOffered(body.Problems);
        body.Check(DestinationMapping.Names, problems =>
        {
            input.ReadName(problems);
            input.ReadLocation(problems);
        });
        var saved = await DestinationMapping.Names.NameAsync(
            () => editor.UpdateAsync(id, version, input, mustPass: true, progress: null, cancellationToken));
        context.Tag(saved.Version);
        return saved.ToResponse();
    }

    private static async Task<DestinationTestResponse> VerifyAsync(Guid id, DestinationEditor editor, CancellationToken cancellationToken)
    {
        var test = await editor.TestAsync(id, progress: null, cancellationToken);
        return test.ToResponse();
    }

    private static async Task<StorageDestination> FindAsync(AppDbContext db, Guid id, CancellationToken cancellationToken) =>
        await db.Set<StorageDestination>().AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken)
        ?? throw new NotFoundException("storage destination");
}
