using System.ComponentModel;
using System.Text.Json.Serialization;
using BackupApp.Api.Requests;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Protection;

namespace BackupApp.Api;

/// <summary><c>/incidents</c>: what happened to the protection.</summary>
internal static class IncidentRoutes
{
    private static readonly FieldNames Fields = FieldNames.None;

    public static void MapIncidents(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/incidents").WithTags("Incidents");
        group.MapGet("", ListAsync).Produces<ListPage<IncidentResponse>>()
            .Describe("listIncidents", "List incidents", "Newest first. There is one open for each data source and kind.");
        group.MapGet("/{id}", GetAsync).Produces<IncidentResponse>().Describe(
            "getIncident", "Get an incident", "With what is to be done.", 404);
        group.MapPost("/{id}/acknowledge", AcknowledgeAsync).Produces(204)
            .Describe("acknowledgeIncident", "Say that it is known", "Nobody is reminded before `until`.", 404, 409);
        group.MapDelete("/{id}/acknowledge", TakeBackAsync).Produces(204)
            .Describe("takeBackAcknowledgement", "Take that back", "Reminders go on.", 404, 409);
    }

    private static async Task<ListPage<IncidentResponse>> ListAsync(
        FromQuery<IncidentsQuery> query, Incidents incidents, TimeProvider time, CancellationToken cancellationToken)
    {
        var value = query.Value;
        var page = await incidents.PageAsync(
            value.Open == true, value.DataSourceId, Cursors.Read(value.Cursor), value.Limit, cancellationToken);
        return ListPage.Of<IncidentResponse>([.. page.Rows.Select(IncidentResponse.Of)], page.Older?.ToString(), time);
    }

    private static async Task<IncidentResponse> GetAsync(Guid id, Incidents incidents, CancellationToken cancellationToken) =>
        IncidentResponse.Of(await incidents.FindAsync(id, cancellationToken));

    private static async Task<IResult> AcknowledgeAsync(
        Guid id, JsonBody<AcknowledgeRequest> body, Incidents incidents, CancellationToken cancellationToken)
    {
        var request = body.Value;
        await Fields.NameAsync(async () =>
        {
            await incidents.AcknowledgeAsync(id, request.Until!.Value, request.Why, cancellationToken);
            return true;
        });
        return TypedResults.NoContent();
    }

    private static async Task<IResult> TakeBackAsync(Guid id, Incidents incidents, CancellationToken cancellationToken)
    {
        await incidents.TakeBackAsync(id, cancellationToken);
        return TypedResults.NoContent();
    }

    internal sealed class IncidentsQuery : ListQuery
    {
        [Description("Only those that are not over.")]
        public bool? Open { get; init; }

        public Guid? DataSourceId { get; init; }
    }
}

public sealed class AcknowledgeRequest
{
    [JsonRequired]
    [Description("At most 90 days from now.")]
    public DateTimeOffset? Until { get; init; }

    [JsonRequired]
    [Description("At most 200 characters.")]
    public string? Why { get; init; }
}

public sealed record IncidentResponse
{
    public required Guid Id { get; init; }

    public required IncidentKind Kind { get; init; }

    [Description("Absent where it is about BackupApp itself.")]
    public Guid? DataSourceId { get; init; }

    public required string Name { get; init; }

    public DataSourceEnvironment? Environment { get; init; }

    [Description("Of the data source and its policies, as `key=value`.")]
    public required IReadOnlyList<string> Labels { get; init; }

    [Description("In sentences, as of the last look.")]
    public required string Reason { get; init; }

    [Description("The one thing to do.")]
    public required ProtectionAction Action { get; init; }

    public Guid? ActionTargetId { get; init; }

    public required DateTimeOffset BeganAt { get; init; }

    [Description("Absent while it lasts.")]
    public DateTimeOffset? EndedAt { get; init; }

    [Description("Absent while nobody was told, as of a paused data source.")]
    public DateTimeOffset? ToldAt { get; init; }

    public DateTimeOffset? LastGoodAt { get; init; }

    public DateTimeOffset? AcknowledgedUntil { get; init; }

    public string? AcknowledgedBy { get; init; }

    public string? AcknowledgedWhy { get; init; }

    public static IncidentResponse Of(Incident incident) => new()
    {
        Id = incident.Id,
        Kind = incident.Kind,
        DataSourceId = incident.DataSourceId,
        Name = incident.Name,
        Environment = incident.Environment,
        Labels = incident.Labels,
        Reason = incident.Reason,
        Action = incident.Action,
        ActionTargetId = incident.TargetId,
        BeganAt = incident.BeganAt,
        EndedAt = incident.EndedAt,
        ToldAt = incident.ToldAt,
        LastGoodAt = incident.LastGoodAt,
        AcknowledgedUntil = incident.AcknowledgedUntil,
        AcknowledgedBy = incident.AcknowledgedBy,
        AcknowledgedWhy = incident.AcknowledgedWhy,
    };
}
