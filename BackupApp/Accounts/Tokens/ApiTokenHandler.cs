using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using BackupApp.Accounts.People;
using BackupApp.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Accounts.Tokens;

/// <summary>
/// <c>Authorization: Bearer bka_…</c>. The principal carries the token's role and its owner's role of this moment, and
/// <see cref="UserRights.Can"/> asks both: the lower one counts. Looked up for every request, so that a revoked token ends at once.
/// </summary>
internal sealed class ApiTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    AppDbContext db,
    BootstrapToken bootstrap,
    TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiToken";

    private const string Bearer = "Bearer ";

    private static readonly TimeSpan LastUsedGrain = TimeSpan.FromMinutes(1);

    /// <summary>What the request presents; null when it presents no token.</summary>
    public static string? Presented(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var header && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? header[Bearer.Length..].Trim()
            : null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Presented(Request) is not { } text)
            return AuthenticateResult.NoResult();
        if (bootstrap.Matches(text))
            return Success(new Claim(ClaimTypes.Name, BootstrapToken.Name), new Claim(ClaimTypes.Role, nameof(TokenRole.Administrator)));
        if (ApiTokenText.Parse(text) is not { } parsed)
            return AuthenticateResult.Fail("This is not an API token. One looks like bka_… and is made on the page of your account.");

        var found = await (
            from token in db.Set<ApiToken>().AsNoTracking()
            join owner in db.Set<AppUser>() on token.OwnerId equals owner.Id
            where token.PublicId == parsed.PublicId
            select new
            {
                token,
                owner.Email,
                owner.Role,
                IsDisabled = owner.DisabledAt != null,
            }).SingleOrDefaultAsync(Context.RequestAborted);
        if (found is null || !CryptographicOperations.FixedTimeEquals(found.token.SecretHash, parsed.Hash()))
            return AuthenticateResult.Fail("The API token is not known.");
        var now = time.GetUtcNow();
        var name = $"{found.token.Name} ({found.Email})";
        if (found.token.RevokedAt is not null)
            return Refuse(found.token, name, "The API token was revoked.");
        if (found.token.IsExpired(now))
            return Refuse(found.token, name, "The API token has expired.");
        if (found.IsDisabled)
            return Refuse(found.token, name, "The API token's owner is disabled.");

        await NoteUseAsync(found.token, now);
        return Success(
        [
            new Claim(ClaimTypes.NameIdentifier, found.token.OwnerId.ToString()),
            new Claim(ClaimTypes.Name, name),
            new Claim(TokenClaims.Id, found.token.Id.ToString()),
            new Claim(TokenClaims.Role, found.token.Role.ToString()),
            new Claim(ClaimTypes.Role, found.token.Role.ToString()),
            new Claim(ClaimTypes.Role, found.Role.ToString()),
            .. (found.token.DataSourceIds ?? []).Select(id => new Claim(TokenClaims.DataSource, id.ToString())),
        ]);
    }

    private AuthenticateResult Refuse(ApiToken token, string name, string reason)
    {
        Context.Features.Set(new RefusedToken(token.Id, name, reason));
        return AuthenticateResult.Fail(reason);
    }

    private async Task NoteUseAsync(ApiToken token, DateTimeOffset now)
    {
        var before = now - LastUsedGrain;
        if (token.LastUsedAt > before)
            return;
        await db.Set<ApiToken>().Where(t => t.Id == token.Id && (t.LastUsedAt == null || t.LastUsedAt <= before))
            .ExecuteUpdateAsync(t => t.SetProperty(x => x.LastUsedAt, now), Context.RequestAborted);
    }

    private static AuthenticateResult Success(params Claim[] claims) =>
        AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, SchemeName)), SchemeName));
}

/// <summary>On a request whose token is one of ours and opens nothing any more: who was refused, and why.</summary>
internal sealed record RefusedToken(Guid Id, string Name, string Reason);

/// <summary>What a principal of a token has beside the usual claims.</summary>
internal static class TokenClaims
{
    public const string Id = "backupapp:token_id";

    /// <summary>The token's own, which is among the usual roles beside its owner's.</summary>
    public const string Role = "backupapp:token_role";

    /// <summary>Each names one source that the token is limited to.</summary>
    public const string DataSource = "backupapp:data_source";
}
