using System.Text.Json;
using BackupApp.Data;

namespace BackupApp.Audit;

/// <summary>
/// Adds entries to the caller's unit of work: they are written by the same SaveChanges, in the same
/// transaction, as the change they speak of. <see cref="AuditLines"/> makes log lines of them.
/// </summary>
public sealed class AuditLog(AppDbContext db, CurrentActor actor)
{
    /// <param name="metadata">Anything that JSON can hold, without secrets.</param>
    public void Record(string action, AuditTarget target, object? metadata = null)
    {
        var json = metadata is null ? "{}" : JsonSerializer.Serialize(metadata, JsonSerializerOptions.Web);
        db.Add(AuditEntry.Create(actor.Value, action, target, json));
    }
}
