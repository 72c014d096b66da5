using BackupApp.Accounts.People;
using BackupApp.Audit;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>Somebody tries passwords: many that are wrong within an hour, or accounts that are closed because of them.</summary>
public sealed class SignInTroubles(AppDbContext db, TimeProvider time) : ITroubleFinder
{
    /// <summary>People mistype; a team of ten on a Monday morning does not do it so often.</summary>
    public const int Many = 25;

    private const int MostNamed = 5;

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private static readonly string[] Failures = [AuditActions.UserSignInFailed, AuditActions.UserConfirmFailed];

    public bool Finds(Incident incident) => incident.Kind == IncidentKind.SignInSecurity;

    public async Task<IReadOnlyList<Trouble>> FindAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        string?[] found = [await WrongAsync(now - Window, cancellationToken), await ClosedAsync(now - SignInGuard.Wait, cancellationToken)];
        var reason = string.Join(' ', found.OfType<string>());
        return reason.Length == 0
            ? []
            : [new Trouble("sign-in", "Sign-in", IncidentKind.SignInSecurity, "sign-in", reason, ProtectionAction.SeeAudit)];
    }

    private async Task<string?> WrongAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var failures = db.Set<AuditEntry>().Where(e => Failures.Contains(e.Action) && e.CreatedAt > since);
        var count = await failures.CountAsync(cancellationToken);
        if (count < Many)
            return null;
        var places = await failures.Where(e => e.Ip != null).Select(e => e.Ip).Distinct().CountAsync(cancellationToken);
        return $"{count} sign-ins failed within an hour, from {(places == 1 ? "one address" : $"{places} addresses")}.";
    }

    private async Task<string?> ClosedAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var closed = await (
            from failures in db.Set<SignInFailures>()
            join user in db.Set<AppUser>() on failures.UserId equals user.Id
            where failures.LastAt > since && failures.Count >= (
                failures.Place == SignInFailures.Everywhere ? SignInGuard.FromEverywhere : SignInGuard.FromOnePlace)
            select user.Email).Distinct().OrderBy(email => email).ToListAsync(cancellationToken);
        var names = string.Join(", ", closed.Take(MostNamed)) + (closed.Count > MostNamed ? $" and {closed.Count - MostNamed} more" : "");
        return closed.Count switch
        {
            0 => null,
            1 => $"Too many wrong passwords or codes: the account of {names} is closed to where they came from.",
            _ => $"Too many wrong passwords or codes: the accounts of {names} are closed to where they came from.",
        };
    }
}
