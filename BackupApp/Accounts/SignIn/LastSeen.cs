using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Accounts.SignIn;

/// <summary>When a session was last used, and from where: as exact as somebody who looks for a stranger needs it.</summary>
internal static class LastSeen
{
    private static readonly TimeSpan Grain = TimeSpan.FromMinutes(5);

    public static async Task NoteAsync(
        AppDbContext db,
        UserSession session,
        HttpContext context,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var before = now - Grain;
        if (session.LastSeenAt > before || IsOfOpenPage(context.Request))
            return;
        var device = DeviceOf(context);
        await db.Set<UserSession>().Where(s => s.Id == session.Id && s.LastSeenAt <= before).ExecuteUpdateAsync(
            set =>
                set.SetProperty(s => s.LastSeenAt, now)
                    .SetProperty(s => s.Ip, device.Ip)
                    .SetProperty(s => s.UserAgent, UserSession.Shorten(device.UserAgent)),
            cancellationToken);
    }

    // A page that is left open asks by itself what is new (live.js): nobody need sit in front of it.
    private static bool IsOfOpenPage(HttpRequest request) => request.Headers.XRequestedWith == "fetch";

    public static (System.Net.IPAddress? Ip, string? UserAgent) DeviceOf(HttpContext context) =>
        (CurrentActorMiddleware.AddressOf(context), CurrentActorMiddleware.AgentOf(context));
}
