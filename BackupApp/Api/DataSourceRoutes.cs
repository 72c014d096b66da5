using System.ComponentModel.DataAnnotations;
using BackupApp.Api.Requests;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Engines.Mongo;
using BackupApp.Engines.Postgres;
using BackupApp.Errors;
using BackupApp.Policies;
using BackupApp.Protection;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Api;

/// <summary><c>/datasources</c>: what is backed up.</summary>
internal static class DataSourceRoutes
{
    private static readonly FieldNames Fields = FieldNames.None;

    public static void MapDataSources(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/datasources").WithTags("Data sources");
        group.MapGet("", ListAsync).Produces<ListPage<DataSourceResponse>>()
            .Describe(
                "listDataSources", "List data sources",
                "Newest first. `query` looks for a part of the name; `label=team=shop` for a label, also several times.");
        group.MapPost("", CreateAsync).Idempotent().Produces<IdResponse>(201)
            .Describe(
                "createDataSource",
                "Create a data source",
                "Without credentials; give them with `PUT /datasources/{id}/credentials`. It cannot be backed up before.",
                409);
        group.MapGet("/{id}", GetAsync).Produces<DataSourceResponse>()
            .Describe("getDataSource", "Get a data source", "With the ETag that `PATCH` takes as If-Match.", 404);
        group.MapPatch("/{id}", UpdateAsync).Produces(204)
            .Describe(
                "updateDataSource",
                "Change a data source",
                "Fields that are left out stay as they are. `isActive: false` pauses every policy of it. "
                + "Another `selection` tests the connection; see `POST /datasources/{id}/verify` for the result.",
                404, 409, 412);
        group.MapPut("/{id}/credentials", SetCredentialsAsync).Produces<SetCredentialsResponse>()
            .Describe(
                "setCredentials",
                "Set the credentials",
                "Tests the connection afterwards; see `POST /datasources/{id}/verify` for the result. Secrets are write-only.",
                404, 409, 412);
        group.MapPost("/{id}/verify", VerifyAsync).Produces<VerifyResponse>()
            .Describe(
                "verifyDatasource",
                "Test the connection",
                "Logs in with the stored credentials, for at most 5 seconds, and looks whether it could be restored (`restoreReadiness` of "
                + "the data source). What is wrong with the connection is a 200 with `ok: false`.",
                404);
    }

    private static async Task<ListPage<DataSourceResponse>> ListAsync(
        FromQuery<DataSourcesQuery> query,
        AppDbContext db,
        DataSourceViews views,
        LabelledSources labelled,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var sources = db.Set<DataSource>().AsNoTracking();
        if (query.Value.Query is { } text)
            sources = sources.Where(s => EF.Functions.ILike(s.Name, LikePattern.Containing(text), LikePattern.EscapeCharacter));
        if (query.Value.Environment is { } environment)
            sources = sources.Where(s => s.Environment == environment);
        if (await labelled.FindAsync(query.Value.Label, alsoDeleted: false, cancellationToken) is { } ids)
            sources = sources.Where(s => ids.Contains(s.Id));
        if (Cursors.Read(query.Value.Cursor) is { } after)
            sources = sources.Where(s =>
                EF.Functions.LessThan(ValueTuple.Create(s.CreatedAt, s.Id), ValueTuple.Create(after.CreatedAt, after.Id)));
        var rows = await sources.OrderByDescending(s => s.CreatedAt)
            .ThenByDescending(s => s.Id)
            .Take(query.Value.Limit + 1)
            .ToListAsync(cancellationToken);
        var shown = rows.Take(query.Value.Limit).ToList();
        var next = rows.Count > shown.Count ? new KeysetCursor(shown[^1].CreatedAt, shown[^1].Id).ToString() : null;
        return ListPage.Of<DataSourceResponse>(await views.OfAsync(shown, withStored: false, cancellationToken), next, time);
    }

    private static async Task<IResult> CreateAsync(
        JsonBody<CreateDataSourceRequest> body,
        DataSourceEditor editor,
        EngineCatalog engines,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var input = new DataSourceInput
        {
            Name = body.Draft.Name,
            Engine = body.Draft.Engine ?? Engine.Postgres,
            Environment = body.Draft.Environment ?? DataSourceEnvironment.Prod,
        };
        input.Labels = body.Draft.Labels.ToText(null, body.Problems);
        body.Draft.Selection.Apply(input.Selection, engines.FormOf(body.Draft.Engine), body.Draft.Scope, body.Problems);
        body.Check(Fields, problems => input.ReadName(problems));
        var source = await Fields.NameAsync(() => editor.AddWithoutCredentialsAsync(input, cancellationToken));
        return context.Created($"/datasources/{source.Id}", new IdResponse(source.Id));
    }

    private static async Task<DataSourceResponse> GetAsync(
        Guid id, AppDbContext db, DataSourceViews views, HttpContext context, CancellationToken cancellationToken)
    {
        var source = await FindAsync(db, id, cancellationToken);
        context.Tag(source.Version);
        return (await views.OfAsync(
            [source], withStored: true, cancellationToken)) is [var view] ? view : throw new NotFoundException("data source");
    }

    private static async Task<IResult> UpdateAsync(
        Guid id,
        JsonBody<UpdateDataSourceRequest> body,
        AppDbContext db,
        DataSourceEditor editor,
        EngineCatalog engines,
        PauseDataSource pause, PromiseChanges promises,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var source = await FindAsync(db, id, cancellationToken);
        var version = context.RequireMatch(source.Version);
        var input = new DataSourceInput
        {
            Name = body.Draft.Name ?? source.Name,
            Environment = body.Draft.Environment ?? source.Environment,
            Labels = body.Draft.Labels.ToText(source.Labels.Text, body.Problems),
            Selection = DumpSelectionInput.From(source.Selection),
        };
        body.Draft.Selection.Apply(input.Selection, engines.FormOf(source.Engine), null, body.Problems);
        body.Check(Fields, problems => input.ReadName(problems));
        // All of the request or nothing of it.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var request = body.Value;
        if (request.Name is not null || request.Environment is not null || request.Selection is not null || request.Labels is not null)
            await Fields.NameAsync(() => editor.ChangeAsync(id, version, input, cancellationToken));
        if (body.Value.IsActive == true)
            await pause.ResumeAsync(id, cancellationToken);
        else if (body.Value.IsActive == false)
            await Fields.NameAsync(() => PauseAsync(id, body.Value, pause, cancellationToken));
        if (body.Value.MaxAgeHours is { } hours)
            await promises.SetMaxAgeAsync(id, hours == 0 ? null : TimeSpan.FromHours(hours), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<bool> PauseAsync(
        Guid id, UpdateDataSourceRequest request, PauseDataSource pause, CancellationToken cancellationToken)
    {
        await pause.PauseAsync(id, new PauseTerms(request.PausedUntil, request.PauseReason), cancellationToken);
        return true;
    }

    private static async Task<SetCredentialsResponse> SetCredentialsAsync(
        Guid id,
        JsonBody<SetCredentialsRequest> body,
        AppDbContext db,
        DataSourceEditor editor,
        EngineCatalog engines,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var source = await FindAsync(db, id, cancellationToken);
        var version = context.RequireMatch(source.Version);
        var input = DataSourceInput.From(source, engines);
        body.Draft.Apply(input);
        var names = Credentials.Names("", body.Draft.Mode);
        body.Check(names, problems => input.ReadConnection(engines.Of(source.Engine).Form, null, problems));
        var saved = await names.NameAsync(() => editor.UpdateAsync(id, version, input, cancellationToken));
        return new SetCredentialsResponse(saved.CredentialsSetAt);
    }

    private static async Task<VerifyResponse> VerifyAsync(
        Guid id, AppDbContext db, DataSourceEditor editor, CancellationToken cancellationToken)
    {
        var source = await FindAsync(db, id, cancellationToken);
        var result = await editor.TestAsync(id, cancellationToken);
        return new VerifyResponse(
            result.Ok,
            source.Engine.ToSnakeCase(),
            (int)result.Latency.TotalMilliseconds,
            false,
            result.Ok ? null : result.Code.ToSnakeCase(),
            result.Ok ? null : Sentence(result),
            result.Server?.Version, result.Server?.Major ?? 0, result.Server?.Encrypted, result.Server?.Verified);
    }

    internal static string Sentence(ConnectionTestResult result) => $"{result.Message} {result.Advice}".TrimEnd();

    internal static async Task<DataSource> FindAsync(AppDbContext db, Guid id, CancellationToken cancellationToken) =>
        await db.Set<DataSource>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken)
        ?? throw new NotFoundException("data source");

    internal sealed class DataSourcesQuery : ListQuery
    {
        public string? Query { get; init; }

        public DataSourceEnvironment? Environment { get; init; }

        /// <summary>As <c>key=value</c>, of the data source or one of its policies. Several: all of them.</summary>
        public string[] Label { get; init; } = [];
    }
}

/// <summary>What every list takes.</summary>
internal class ListQuery
{
    [Range(1, 200)]
    public int Limit { get; init; } = 50;

    /// <summary>The value of <c>cursors.next</c> from the page before.</summary>
    public string? Cursor { get; init; }
}

public sealed record IdResponse(Guid Id);
