using System.Text.Json;
using BackupApp.Accounts.People;
using BackupApp.Audit;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>Who may sign in, and how, got weaker: a new administrator, a second factor that is gone. As the audit log has it.</summary>
public sealed class AccountHappenings(AppDbContext db) : IHappeningFinder
{
    private static readonly string[] Actions = [AuditActions.UserCreated, AuditActions.UserRoleChanged, AuditActions.UserTwoFactorChanged];

    private static readonly string Administrator = UserRole.Administrator.ToSnakeCase();

    public async Task<IReadOnlyList<Trouble>> FindAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var entries = await db.Set<AuditEntry>().AsNoTracking().Where(e => Actions.Contains(e.Action) && e.CreatedAt > since)
            .ToListAsync(cancellationToken);
        return [.. entries.Select(e => (Entry: e, What: Sentence(e))).Where(e => e.What is not null).Select(e => Of(e.Entry, e.What!))];
    }

    private static Trouble Of(AuditEntry entry, string what) => new(
        $"audit/{entry.Id}", entry.TargetName ?? "a user", IncidentKind.SignInSecurity, $"audit/{entry.Id}", what,
        ProtectionAction.SeeAudit)
    { At = entry.CreatedAt };

    private static string? Sentence(AuditEntry entry)
    {
        using var metadata = JsonDocument.Parse(entry.Metadata);
        var (who, by) = (entry.TargetName ?? "A user", By(entry));
        return entry.Action switch
        {
            AuditActions.UserCreated when Is(metadata, "role") => $"{who} is a new administrator{by}.",
            AuditActions.UserRoleChanged when Is(metadata, "to") => $"{who} was made an administrator{by}.",
            AuditActions.UserTwoFactorChanged when metadata.RootElement.TryGetProperty("enabled", out var on)
                && on.ValueKind == JsonValueKind.False =>
                $"The second factor of {who} was removed{by}: the password alone opens the account.",
            _ => null,
        };
    }

    private static string By(AuditEntry entry) => entry switch
    {
        { ActorName: { } name } when name != entry.TargetName => $", by {name}",
        { ActorType: ActorType.System } => ", on the server itself",
        _ => "",
    };

    private static bool Is(JsonDocument metadata, string property) =>
        metadata.RootElement.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String
        && value.GetString() == Administrator;
}
