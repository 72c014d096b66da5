using BackupApp.Accounts.People;
using BackupApp.Audit;
using BackupApp.Data;
using Microsoft.AspNetCore.Identity;

namespace BackupApp.Accounts.SignIn;

/// <summary>Writes down who came in, who did not, and who left.</summary>
public sealed class SignInRecord(AppDbContext db, AuditLog audit, KnownDevices devices, CurrentActor actor)
{
    public async Task TriedAsync(AppUser? user, SignInResult result, string method, CancellationToken cancellationToken)
    {
        if (user is null || !result.Succeeded)
        {
            var reason = result.IsLockedOut ? "locked_out" : result.IsNotAllowed ? "not_allowed" : $"wrong_{method}";
            await FailedAsync(user, reason, cancellationToken);
            return;
        }

        ActAs(user);
        await devices.RememberAsync(user, cancellationToken);
        audit.Record(AuditActions.UserSignedIn, AppUserManager.Target(user), new { method });
        await db.SaveChangesAsync(cancellationToken);
    }

    // What was typed for an unknown user is not kept: people type passwords into the wrong field.
    public async Task FailedAsync(AppUser? user, string reason, CancellationToken cancellationToken)
    {
        audit.Record(
            AuditActions.UserSignInFailed,
            user is null ? new AuditTarget("user", null, null) : AppUserManager.Target(user),
            new { reason });
        await db.SaveChangesAsync(cancellationToken);
    }

    public async Task SignedOutAsync(Guid id, string? name, CancellationToken cancellationToken)
    {
        audit.Record(AuditActions.UserSignedOut, new AuditTarget("user", id, name));
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>From here on the request acts in the user's name.</summary>
    public void ActAs(AppUser user) => actor.Value = actor.Value with { Type = ActorType.User, Id = user.Id, Name = user.Email };
}
