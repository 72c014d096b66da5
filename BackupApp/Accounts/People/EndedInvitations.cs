using BackupApp.Audit;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Accounts.People;

/// <summary>The end of links that were not used, each with its entry in the audit log.</summary>
internal static class EndedInvitations
{
    /// <param name="reason">A published word: <c>replaced</c>, <c>withdrawn</c>, <c>inviter_lost_rights</c>, <c>user_disabled</c>.</param>
    public static async Task EndAsync(
        this IQueryable<Invitation> invitations,
        AppDbContext db,
        AuditLog audit,
        string reason,
        CancellationToken cancellationToken)
    {
        await using var own = await db.BeginUnlessBegunAsync(cancellationToken);
        foreach (var invitation in await invitations.AsNoTracking().ToListAsync(cancellationToken))
        {
            if (await db.Set<Invitation>().Where(i => i.Id == invitation.Id).ExecuteDeleteAsync(cancellationToken) == 0)
                continue; // somebody used it in between
            var what = new
            {
                reason,
                role = invitation.Role.ToSnakeCase(),
                invitation.ExpiresAt,
                invitation.InvitedBy,
                newPassword = invitation.UserId is not null,
            };
            audit.Record(AuditActions.UserInvitationEnded, new AuditTarget("user", invitation.UserId, invitation.Email), what);
        }

        await db.SaveChangesAsync(cancellationToken);
        await own.CommitOwnAsync(cancellationToken);
    }
}
