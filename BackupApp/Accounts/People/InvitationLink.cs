using BackupApp.Network;
using Microsoft.Extensions.Options;

namespace BackupApp.Accounts.People;

/// <summary>The address that an administrator hands over.</summary>
public static class InvitationLink
{
    /// <summary>At the configured public address, else at the one that the administrator uses.</summary>
    public static string For(HttpContext context, string token) =>
        context.RequestServices.GetRequiredService<IOptions<PublicAddress>>().Value.LinkTo(context.Request, $"/Welcome?token={token}");
}
