using System.Text.Json;
using BackupApp.Data;

namespace BackupApp.Audit;

/// <summary>
/// Adds entries to the caller's unit of work: they are written by the same SaveChanges, in the same transaction, as the change they speak of.
/// </summary>
public sealed partial class AuditLog(AppDbContext db, CurrentActor actor, ILogger<AuditLog> logger)
{
    /// <param name="metadata">Anything that JSON can hold, without secrets.</param>
    public void Record(string action, AuditTarget target, object? metadata = null)
    {
        var json = metadata is null ? "{}" : JsonSerializer.Serialize(metadata, JsonSerializerOptions.Web);
        db.Add(AuditEntry.Create(actor.Value, action, target, json));
        LogEntry(action, target.Type, target.Id, target.Name, actor.Value.Name ?? "system", json);
    }

    [LoggerMessage(LogLevel.Information, "{Action} on {TargetType} {TargetId} ({TargetName}) by {ActorName}: {Metadata}")]
    private partial void LogEntry(string action, string targetType, Guid? targetId, string? targetName, string actorName, string metadata);
}
