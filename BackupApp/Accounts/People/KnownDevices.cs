using System.Security.Cryptography;
using System.Text;
using BackupApp.Data;
using BackupApp.Network;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Accounts.People;

/// <summary>
/// Recognises the browsers in which somebody signed in before, by a cookie that opens nothing: it only says that a lockout which strangers
/// caused is not meant for this browser.
/// </summary>
public sealed class KnownDevices(AppDbContext db, IHttpContextAccessor accessor, IOptions<PublicAddress> address, TimeProvider time)
{
    public const string CookieName = "backupapp.device";

    private const int CookieBytes = 32;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    /// <returns>The hash of the request's cookie, when the user signed in with it within the last year; else null.</returns>
    public async Task<byte[]?> FindAsync(AppUser user, CancellationToken cancellationToken)
    {
        if (PresentedHash() is not { } hash)
            return null;
        var since = time.GetUtcNow() - Lifetime;
        var devices = db.Set<KnownDevice>().Where(d => d.UserId == user.Id && d.CookieHash == hash && d.LastSignInAt > since);
        return await devices.AnyAsync(cancellationToken) ? hash : null;
    }

    /// <summary>Called after a whole sign-in. Does nothing outside a request.</summary>
    public async Task RememberAsync(AppUser user, CancellationToken cancellationToken)
    {
        if (accessor.HttpContext is not { } context)
            return;
        // Several people may share a browser. A cookie that nobody was given by us is replaced: whoever planted it would know it.
        var hash = PresentedHash();
        if (hash is null || !await db.Set<KnownDevice>().AnyAsync(d => d.CookieHash == hash, cancellationToken))
            hash = GiveCookie(context);
        var now = time.GetUtcNow();
        var old = now - Lifetime;
        await db.Set<KnownDevice>().Where(d => d.UserId == user.Id && d.LastSignInAt < old).ExecuteDeleteAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into known_devices (user_id, cookie_hash, last_sign_in_at) values ({user.Id}, {hash}, {now})
            on conflict (user_id, cookie_hash) do update set last_sign_in_at = excluded.last_sign_in_at
            """,
            cancellationToken);
    }

    /// <summary>For an account that somebody else may have had: no browser is known any more.</summary>
    public Task ForgetAsync(AppUser user, CancellationToken cancellationToken) =>
        db.Set<KnownDevice>().Where(d => d.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);

    private byte[] GiveCookie(HttpContext context)
    {
        var value = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(CookieBytes));
        context.Response.Cookies.Append(address.Value.CookieName(CookieName), value, new CookieOptions
        {
            HttpOnly = true,
            Secure = context.Request.IsHttps,
            SameSite = SameSiteMode.Lax,
            MaxAge = Lifetime,
            Path = address.Value.CookiePath ?? (context.Request.PathBase.HasValue ? context.Request.PathBase.Value : "/"),
            IsEssential = true,
        });
        return Hash(value);
    }

    private byte[]? PresentedHash() =>
        accessor.HttpContext?.Request.Cookies[address.Value.CookieName(CookieName)] is { Length: > 0 and < 100 } value ? Hash(value) : null;

    // 256 random bits need no slow hash.
    private static byte[] Hash(string value) => SHA256.HashData(Encoding.UTF8.GetBytes(value));
}
