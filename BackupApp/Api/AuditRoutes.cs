using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using BackupApp.Api.Requests;
using BackupApp.Audit;
using BackupApp.Data;

namespace BackupApp.Api;

/// <summary><c>/audit-log</c>: who did what.</summary>
internal static class AuditRoutes
{
    public static void MapAudit(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/audit-log").WithTags("Audit log");
        group.MapGet("", ListAsync).Produces<AuditListResponse>()
            .Describe(
                "listAuditLogs",
                "Read the audit log",
                "Newest first. Pass `nextCursorCreatedAt` and `nextCursorId` on as `cursorCreatedAt` and `cursorId` for the next page.");
        group.MapGet("/actors", ActorsAsync).Produces<AuditActorResponse[]>()
            .Describe(
                "listAuditLogActors",
                "List who ever did something",
                "People and tokens, for a filter, by name. "
                + "`query` looks for a part of the name; where there are more than `limit`, these are the last to have done something.");
    }

    private static async Task<AuditListResponse> ListAsync(
        FromQuery<AuditQuery> query, AuditHistory history, CancellationToken cancellationToken)
    {
        var q = query.Value;
        if (q.CursorCreatedAt is null != q.CursorId is null)
            throw new InvalidRequestException(
                q.CursorId is null ? "cursorId" : "cursorCreatedAt",
                "cursorCreatedAt and cursorId belong together.");
        var after = q is { CursorCreatedAt: { } at, CursorId: { } id } ? new KeysetCursor(at, id) : (KeysetCursor?)null;
        var filter = new AuditFilter(q.Since, q.Until, TargetId: q.TargetId)
        {
            Actions = q.Actions,
            TargetTypes = q.TargetTypes,
            ActorIds = q.ActorIds,
        };
        var page = await history.PageAsync(filter, after, q.Limit, cancellationToken);
        return new AuditListResponse([.. page.Rows.Select(ToResponse)], page.Older?.CreatedAt, page.Older?.Id);
    }

    private static async Task<IReadOnlyList<AuditActorResponse>> ActorsAsync(
        FromQuery<ActorsQuery> query, AuditHistory history, CancellationToken cancellationToken) =>
        [
            .. (await history.ActorsAsync(query.Value.Query, query.Value.Limit, cancellationToken)).Select(a => new AuditActorResponse(
                a.Id,
                a.Type == ActorType.User ? a.Name : null,
                a.Name,
                a.Type)),
        ];

    private static AuditEntryResponse ToResponse(AuditEntry entry) => new(
        entry.Id,
        entry.CreatedAt,
        Organization.Id,
        entry.Action,
        entry.ActorType,
        entry.ActorId,
        entry.ActorType == ActorType.User ? entry.ActorName : null,
        entry.ActorName,
        entry.TargetType,
        entry.TargetId,
        entry.TargetName,
        JsonSerializer.Deserialize<JsonElement>(entry.Metadata),
        entry.Ip?.ToString(),
        entry.UserAgent);

    internal sealed class AuditQuery
    {
        [Range(1, 200)]
        public int Limit { get; init; } = 50;

        public DateTimeOffset? CursorCreatedAt { get; init; }

        public Guid? CursorId { get; init; }

        /// <summary>Written at or after.</summary>
        public DateTimeOffset? Since { get; init; }

        /// <summary>Written before.</summary>
        public DateTimeOffset? Until { get; init; }

        public string[] Actions { get; init; } = [];

        public string[] TargetTypes { get; init; } = [];

        public Guid? TargetId { get; init; }

        public Guid[] ActorIds { get; init; } = [];
    }

    internal sealed class ActorsQuery
    {
        [Range(1, AuditHistory.MostActors)]
        public int Limit { get; init; } = 200;

        /// <summary>A part of the name.</summary>
        public string? Query { get; init; }
    }
}

public sealed record AuditListResponse(IReadOnlyList<AuditEntryResponse> List, DateTimeOffset? NextCursorCreatedAt, Guid? NextCursorId);

/// <param name="ActorName">As it was then; absent for the system.</param>
/// <param name="Metadata">Never a secret.</param>
public sealed record AuditEntryResponse(
Guid Id,
DateTimeOffset CreatedAt,
Guid OrganizationId,
string Action,
ActorType ActorType,
Guid? ActorId,
string? ActorEmail,
string? ActorName,
string TargetType,
Guid? TargetId,
string? TargetName, JsonElement Metadata, string? Ip, string? UserAgent);

public sealed record AuditActorResponse(Guid Id, string? Email, string? Name, ActorType Type);
