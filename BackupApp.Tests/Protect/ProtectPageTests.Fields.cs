using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Protect;

/// <summary>What is filled in, and what is there afterwards.</summary>
public sealed partial class ProtectPageTests
{
    private static (string, string)[] Fields(string uri, params (string Name, string Value)[] other) =>
    [
        .. new[]
        {
            ("Input.Mode", "ConnectionUri"),
            ("Input.Uri", uri),
            ("Terms.Environment", "Staging"),
            ("Terms.Schedule.Every", "Weekly"),
            ("Terms.Schedule.Time", "03:07"),
            ("Terms.Schedule.Weekday", "2"),
            ("Terms.TimeZone", "Europe/Prague"),
            ("Terms.KeepDays", "30"),
            ("Terms.KeepLast", "5"),
            ("Terms.DestinationId", $"{StorageDestination.ManagedId}"),
        }.Where(field => other.All(o => o.Name != field.Item1)),
        .. other,
    ];

    private static string Attribute(string page, string before) =>
        page[(page.IndexOf(before, StringComparison.Ordinal) + before.Length)..].Split('"')[0];

    private Task<DataSource?> SourceAsync(string name) =>
        fixture.ReadAsync(db => db.Set<DataSource>().AsNoTracking().SingleOrDefaultAsync(s => s.Name == name, Cancel));

    private Task<(int, int, int, int)> CountsAsync() => fixture.ReadAsync(async db => (
        await db.Set<DataSource>().CountAsync(Cancel),
        await db.Set<BackupPolicy>().CountAsync(Cancel),
        await db.Set<BackupJob>().CountAsync(Cancel),
        await db.Set<AuditEntry>().CountAsync(e => e.TargetType == "datasource" || e.TargetType == "backup_policy", Cancel)));

    private Task<List<string>> AuditAsync(params Guid[] targets) => fixture.ReadAsync(db => db.Set<AuditEntry>()
        .Where(e => targets.Contains(e.TargetId!.Value) && e.ActorName == fixture.Email)
        .Select(e => e.Action)
        .ToListAsync(Cancel));
}
