using BackupApp.Api.Requests;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Policies;

namespace BackupApp.Api;

/// <summary><c>/datasources/protect</c>: from nothing to a scheduled backup in one call.</summary>
internal static class ProtectRoutes
{
    private static readonly FieldNames PolicyFields = new(
        (nameof(PolicyInput.Cron), "scheduleCron"),
        (nameof(PolicyInput.TimeZone), "timezone"),
        (nameof(PolicyInput.KeepDays), "retentionDays"),
        (nameof(PolicyInput.KeepLast), "keepLastN"),
        (nameof(PolicyInput.DestinationId), "destinationId"));

    public static void MapProtect(this RouteGroupBuilder api) =>
        api.MapPost("/datasources/protect", ProtectAsync)
            .Idempotent()
            .WithTags("Data sources")
            .Produces<ProtectResponse>(201)
            .Describe(
                "protectDatasource",
                "Protect a database in one call",
                "Makes a data source with its credentials, a policy and the attachment, all or nothing. "
                + "Then the connection is tested; whatever that finds, what was made stays.",
                409);

    private static async Task<IResult> ProtectAsync(
        JsonBody<ProtectRequest> body,
        ProtectDatabase protect,
        EngineCatalog engines,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var request = body.Draft;
        var source = new DataSourceInput
        {
            Name = request.Name,
            Engine = request.Engine ?? Engine.Postgres,
            Environment = request.Environment ?? DataSourceEnvironment.Prod,
        };
        request.Selection.Apply(source.Selection, engines.FormOf(request.Engine), request.Scope, body.Problems);
        request.Credential.Apply(source);
        var policy = new PolicyInput
        {
            Cron = request.ScheduleCron,
            TimeZone = request.Timezone,
            KeepDays = request.RetentionDays,
            KeepLast = request.KeepLastN,
            DestinationId = request.DestinationId,
        };
        var names = PolicyFields.And(Credentials.Names("credential.", request.Credential?.Mode));
        body.Check(names, problems => protect.Validate(source, policy, problems));
        var made = await names.NameAsync(() => protect.RunAsync(source, policy, cancellationToken));
        var failed = made.Test.Ok ? null : made.Test;
        return context.Created(
            $"/datasources/{made.DataSourceId}",
            new ProtectResponse(
                made.DataSourceId,
                made.PolicyId,
                failed is null,
                failed?.Code.ToSnakeCase(),
                failed is null ? null : DataSourceRoutes.Sentence(failed)));
    }
}
