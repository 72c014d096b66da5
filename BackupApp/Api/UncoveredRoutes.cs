using System.ComponentModel;
using System.Text.Json.Serialization;
using BackupApp.Api.Requests;
using BackupApp.Engines;
using BackupApp.Protection.Uncovered;

namespace BackupApp.Api;

/// <summary><c>/uncovered-databases</c>: what nobody backs up.</summary>
internal static class UncoveredRoutes
{
    public static void MapUncovered(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/uncovered-databases").WithTags("Uncovered databases");
        group.MapGet("", ListAsync).Produces<UncoveredListResponse>()
            .Describe(
                "listUncoveredDatabases", "List what nobody backs up",
                "Databases on servers of data sources that no data source covers, as the last daily look found them.");
        group.MapPost("/look", LookAsync).Produces(202)
            .Describe("lookForUncoveredDatabases", "Look now", "With the logins that there are. It takes some seconds.");
        group.MapPost("/{id}/ignore", IgnoreAsync).Produces(204)
            .Describe("ignoreUncoveredDatabase", "Say that it needs no backup", "Nobody speaks of it any more.", 404);
        group.MapDelete("/{id}/ignore", TakeBackAsync).Produces(204)
            .Describe("takeBackIgnoredDatabase", "Take that back", "It is listed again.", 404, 409);
    }

    private static async Task<UncoveredListResponse> ListAsync(
        FromQuery<UncoveredQuery> query, UncoveredDatabases databases, CancellationToken cancellationToken)
    {
        var found = await databases.AllAsync(query.Value.Ignored == true, cancellationToken);
        var look = await databases.LastLookAsync(cancellationToken);
        return new UncoveredListResponse
        {
            Data = [.. found.Select(UncoveredResponse.Of)],
            LookedAt = look?.FinishedAt,
            Servers = look?.Servers ?? 0,
            Answered = look?.Answered ?? 0,
        };
    }

    private static async Task<IResult> LookAsync(RequestLook look, CancellationToken cancellationToken)
    {
        await look.RunAsync(cancellationToken);
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> IgnoreAsync(
        Guid id, JsonBody<IgnoreRequest> body, UncoveredDatabases databases, CancellationToken cancellationToken)
    {
        await FieldNames.None.NameAsync(async () =>
        {
            await databases.IgnoreAsync(id, body.Value.Why, cancellationToken);
            return true;
        });
        return TypedResults.NoContent();
    }

    private static async Task<IResult> TakeBackAsync(Guid id, UncoveredDatabases databases, CancellationToken cancellationToken)
    {
        await databases.TakeBackAsync(id, cancellationToken);
        return TypedResults.NoContent();
    }

    internal sealed class UncoveredQuery
    {
        [Description("Also those that somebody said need no backup.")]
        public bool? Ignored { get; init; }
    }
}

public sealed class IgnoreRequest
{
    [JsonRequired]
    [Description("At most 200 characters.")]
    public string? Why { get; init; }
}

public sealed record UncoveredListResponse
{
    public required IReadOnlyList<UncoveredResponse> Data { get; init; }

    [Description("Absent before the first look has ended.")]
    public DateTimeOffset? LookedAt { get; init; }

    [Description("Servers that are known, two names of one counted once.")]
    public required int Servers { get; init; }

    [Description("Of those that did not answer nothing is known.")]
    public required int Answered { get; init; }
}

public sealed record UncoveredResponse
{
    public required Guid Id { get; init; }

    public required Engine Engine { get; init; }

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string Database { get; init; }

    [Description("By whose login it was found.")]
    public required Guid DataSourceId { get; init; }

    public required DateTimeOffset FoundAt { get; init; }

    public required DateTimeOffset SeenAt { get; init; }

    [Description("Absent while nobody said that it needs no backup.")]
    public DateTimeOffset? IgnoredAt { get; init; }

    public string? IgnoredBy { get; init; }

    public string? IgnoredWhy { get; init; }

    public static UncoveredResponse Of(UncoveredDatabase found) => new()
    {
        Id = found.Id,
        Engine = found.Engine,
        Host = found.Host,
        Port = found.Port,
        Database = found.Database,
        DataSourceId = found.DataSourceId,
        FoundAt = found.FoundAt,
        SeenAt = found.SeenAt,
        IgnoredAt = found.IgnoredAt,
        IgnoredBy = found.IgnoredBy,
        IgnoredWhy = found.IgnoredWhy,
    };
}
