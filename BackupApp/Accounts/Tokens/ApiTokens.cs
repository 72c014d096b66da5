using System.Security.Claims;
using BackupApp.Accounts.People;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Accounts.Tokens;

/// <summary>Makes, lists and revokes API tokens: the same for pages and API.</summary>
public sealed class ApiTokens(AppDbContext db, AuditLog audit, TimeProvider time)
{
    /// <param name="by">
    /// Becomes the owner; the token's owner, where it is a token. What a token makes expires no later than it, and is revoked with it.
    /// </param>
    /// <exception cref="InvalidInputException"/>
    /// <exception cref="ConflictException">There is no person to own it.</exception>
    public async Task<NewApiToken> CreateAsync(ApiTokenInput input, ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        if (by.UserId() is not { } owner)
            throw new ConflictException(
                "The bootstrap token is not a person and cannot own tokens. "
                + "Create this one with a person's token or on the page of an account.");
        var (name, sources) = await ApiTokenRules.ReadAsync(db, input, by, cancellationToken);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var maker = await LockMakerAsync(by, cancellationToken);
        var now = time.GetUtcNow();
        DateTimeOffset? expiresAt = input.ExpiresInDays == 0 ? null : now.AddDays(input.ExpiresInDays);
        var (token, text) = ApiToken.Create(name, input.Role, sources, owner, expiresAt, now, maker);
        db.Add(token);
        audit.Record(
            AuditActions.ApiTokenCreated,
            Target(token),
            new
            {
                role = token.Role.ToSnakeCase(),
                token.DataSourceIds,
                token.ExpiresAt,
                token.PublicId,
                token.CreatedById,
            });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new NewApiToken(token, text);
    }

    // Until the new token is there nobody revokes the one that makes it, and so misses the new one.
    private async Task<ApiToken?> LockMakerAsync(ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(by.FindFirstValue(TokenClaims.Id), out var id))
            return null;
        var maker = await db.Set<ApiToken>()
            .FromSql($"select * from api_tokens where id = {id} for share")
            .AsNoTracking()
            .SingleOrDefaultAsync(cancellationToken);
        return maker is { RevokedAt: null }
            ? maker
            : throw new ConflictException("The API token that asks for this was revoked a moment ago.");
    }

    /// <summary>Those that are not revoked, newest first; expired ones too.</summary>
    /// <param name="ownerId">Null: everybody's.</param>
    public async Task<IReadOnlyList<ApiTokenRow>> ListAsync(Guid? ownerId, CancellationToken cancellationToken) => await (
        from token in db.Set<ApiToken>().AsNoTracking()
        join owner in db.Set<AppUser>() on token.OwnerId equals owner.Id
        where token.RevokedAt == null && (ownerId == null || token.OwnerId == ownerId)
        orderby token.CreatedAt descending, token.Id descending
        select new ApiTokenRow(token, owner.Email!, owner.Role, owner.DisabledAt != null)).ToListAsync(cancellationToken);

    /// <summary>
    /// Ends a token at once, and those that it made. Everybody ends their own, administrators anybody's; a second time does nothing.
    /// </summary>
    /// <exception cref="NotFoundException"/>
    public async Task<ApiToken> RevokeAsync(Guid id, ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        var token = await db.Set<ApiToken>().SingleOrDefaultAsync(t => t.Id == id, cancellationToken);
        if (token is null || (token.OwnerId != by.UserId() && !by.Can(Permission.Administer)))
            throw new NotFoundException("API token");
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await RevokeAsync(token, null, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return token;
    }

    /// <summary>Ends all tokens of a person at once, for when somebody else may have them.</summary>
    /// <returns>How many.</returns>
    public async Task<int> RevokeAllOfAsync(Guid ownerId, CancellationToken cancellationToken)
    {
        var count = 0;
        // Again, because one of them may have been making another.
        while (await db.Set<ApiToken>().Where(t => t.OwnerId == ownerId && t.RevokedAt == null).ToListAsync(cancellationToken)
            is { Count: > 0 } tokens)
        {
            foreach (var token in tokens)
            {
                token.Revoke(time.GetUtcNow());
                audit.Record(AuditActions.ApiTokenRevoked, Target(token), new { with = "sessions" });
            }

            await db.SaveChangesAsync(cancellationToken);
            count += tokens.Count;
        }

        return count;
    }

    // One after the other, each after a token that is still being made by it: see LockMakerAsync.
    private async Task RevokeAsync(ApiToken token, ApiToken? maker, CancellationToken cancellationToken)
    {
        if (token.Revoke(time.GetUtcNow()))
        {
            audit.Record(AuditActions.ApiTokenRevoked, Target(token), maker is null ? null : new { madeBy = maker.Name });
            await db.SaveChangesAsync(cancellationToken);
        }

        foreach (var made in await db.Set<ApiToken>().Where(t => t.CreatedById == token.Id).ToListAsync(cancellationToken))
            await RevokeAsync(made, token, cancellationToken);
    }

    private static AuditTarget Target(ApiToken token) => new("api_token", token.Id, token.Name);
}
