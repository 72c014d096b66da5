using System.Security.Claims;
using System.Security.Cryptography;
using BackupApp.Accounts.People;
using BackupApp.Data;
using BackupApp.Secrets;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BackupApp.Accounts.SignIn;

/// <summary>
/// Keeps the sessions of the web pages in the database. Looked up for every request, together with the user,
/// so that one that was ended is over with its next request, in every process, and a new role counts at once.
/// </summary>
internal sealed class SessionTickets(SecretBox box, IOptions<AccountsOptions> options, TimeProvider time) : ITicketStore
{
    private const int KeyLength = 32;

    public async Task<string> StoreAsync(AuthenticationTicket ticket, HttpContext httpContext, CancellationToken cancellationToken)
    {
        var db = Database(httpContext);
        var userId = ticket.Principal.UserId() ?? throw new InvalidOperationException("Only people have sessions.");
        var user = await db.Set<AppUser>().AsNoTracking().SingleAsync(u => u.Id == userId, cancellationToken);
        var now = time.GetUtcNow();
        var key = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(KeyLength));
        var plain = TicketSerializer.Default.Serialize(ticket);
        var session = UserSession.Begin(
            user,
            key,
            context => box.Protect(plain, context),
            ticket.Properties.IssuedUtc ?? now,
            LastSeen.DeviceOf(httpContext),
            now);
        await UserSessions.SweepAsync(db, options.Value, now, cancellationToken);
        db.Add(session);
        await db.SaveChangesAsync(cancellationToken);
        return key;
    }

    public async Task<AuthenticationTicket?> RetrieveAsync(string key, HttpContext httpContext, CancellationToken cancellationToken)
    {
        if (IsForAnybody(httpContext))
            return null;
        try
        {
            return await FindAsync(key, httpContext, cancellationToken);
        }
        catch (NpgsqlException) when (httpContext.Features.Get<IExceptionHandlerFeature>() is not null)
        {
            return null; // the page that says so needs nobody
        }
    }

    // A sign-in always begins a session of its own (SessionRenewal), and nothing slides.
    public Task RenewAsync(string key, AuthenticationTicket ticket, HttpContext httpContext, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A session is replaced, not renewed.");

    public Task RemoveAsync(string key, HttpContext httpContext, CancellationToken cancellationToken)
    {
        var hash = UserSession.Hash(key);
        return Database(httpContext).Set<UserSession>().Where(s => s.KeyHash == hash).ExecuteDeleteAsync(cancellationToken);
    }

    public Task<string> StoreAsync(AuthenticationTicket ticket) => throw NoContext();

    public Task RenewAsync(string key, AuthenticationTicket ticket) => throw NoContext();

    public Task<AuthenticationTicket?> RetrieveAsync(string key) => throw NoContext();

    public Task RemoveAsync(string key) => throw NoContext();

    private async Task<AuthenticationTicket?> FindAsync(string key, HttpContext context, CancellationToken cancellationToken)
    {
        var db = Database(context);
        var hash = UserSession.Hash(key);
        var now = time.GetUtcNow();
        var found = await (
            from session in UserSessions.Alive(db, options.Value, now)
            join user in db.Set<AppUser>() on session.UserId equals user.Id
            where session.KeyHash == hash
            select new { session, user.Role }).SingleOrDefaultAsync(cancellationToken);
        if (found is null || Open(found.session) is not { } ticket)
            return null;
        await LastSeen.NoteAsync(db, found.session, context, now, cancellationToken);
        var identity = (ClaimsIdentity)ticket.Principal.Identity!;
        foreach (var stale in identity.FindAll(identity.RoleClaimType).ToList())
            identity.RemoveClaim(stale);
        identity.AddClaim(new Claim(identity.RoleClaimType, found.Role.ToString()));
        identity.AddClaim(new Claim(SessionClaims.Id, found.session.Id.ToString()));
        return ticket;
    }

    private AuthenticationTicket? Open(UserSession session)
    {
        try
        {
            return TicketSerializer.Default.Deserialize(box.Unprotect(session.TicketCipher, session.SecretContext));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // Style sheets and probes are many, and whoever asks is all the same to them. What is below /health and not for anybody asks as usual.
    private static bool IsForAnybody(HttpContext context) =>
        context.GetEndpoint()?.Metadata is { } endpoint
        && (endpoint.GetMetadata<StaticAssetDescriptor>() is not null
            || (context.Request.Path.StartsWithSegments("/health") && endpoint.GetMetadata<IAllowAnonymous>() is not null));

    private static AppDbContext Database(HttpContext context) => context.RequestServices.GetRequiredService<AppDbContext>();

    private static NotSupportedException NoContext() => new("A session is looked up for a request.");
}
