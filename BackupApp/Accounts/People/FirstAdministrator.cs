using BackupApp.Audit;
using BackupApp.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Accounts.People;

/// <summary>
/// How the first administrator comes to be: from the configuration, or with the setup link; in both cases only while there is no user.
/// </summary>
public sealed class FirstAdministrator(
    AppDbContext db, AppUserManager users, CurrentActor actor, IOptions<BootstrapOptions> bootstrap, TimeProvider time)
{
    // Processes that start together each print a link and all of them work; one that starts later voids what was printed before.
    private static readonly TimeSpan StartingTogether = TimeSpan.FromMinutes(1);

    public Task<bool> IsNeededAsync(CancellationToken cancellationToken) =>
        db.Set<AppUser>().AllAsync(_ => false, cancellationToken);

    /// <summary>Makes the configured administrator, or else a setup link. Call under the start-up lock.</summary>
    /// <returns>The token of a new setup link; null when none is needed.</returns>
    /// <exception cref="InvalidOperationException">The configured administrator is refused; the message says why.</exception>
    public async Task<string?> PrepareAsync(CancellationToken cancellationToken)
    {
        if (!await IsNeededAsync(cancellationToken))
            return null;
        if (!bootstrap.Value.IsSet)
            return await MakeLinkAsync(cancellationToken);

        var (_, result) = await CreateAsync(bootstrap.Value.AdminEmail!, bootstrap.Value.AdminPassword!, null, cancellationToken);
        if (result is { Succeeded: false })
            throw new InvalidOperationException($"BackupApp__Bootstrap: {string.Join(" ", result.Errors.Select(e => e.Description))}");
        return null;
    }

    public async Task<bool> IsLinkValidAsync(string? token, CancellationToken cancellationToken) =>
        token is { Length: > 0 } && await ValidLinks(token).AnyAsync(cancellationToken) && await IsNeededAsync(cancellationToken);

    /// <summary>Creates the administrator and burns the link.</summary>
    /// <returns>
    /// No result: the link is wrong, expired or used. A failed one: the password or address is refused, and the link stays good.
    /// </returns>
    public async Task<(AppUser? User, IdentityResult? Result)> CreateWithLinkAsync(
        string token,
        string email,
        string password,
        CancellationToken cancellationToken) => await CreateAsync(email, password, token, cancellationToken);

    private async Task<(AppUser? User, IdentityResult? Result)> CreateAsync(
        string email, string password, string? token, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // One at a time: of two who submit at once the second waits here and then finds a user.
        await db.Database.ExecuteSqlAsync($"lock table setup_links in exclusive mode", cancellationToken);
        if (!await IsNeededAsync(cancellationToken) || (token is not null && !await ValidLinks(token).AnyAsync(cancellationToken)))
            return (null, null);

        var before = actor.Value;
        if (token is not null)
            actor.Value = before with { Name = email };
        var (user, result) = await users.CreateAsync(email, password, Role.Administrator);
        actor.Value = before;
        if (!result.Succeeded)
            return (null, result);

        await db.Set<SetupLink>().ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (user, result);
    }

    private async Task<string> MakeLinkAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var old = now - StartingTogether;
        await db.Set<SetupLink>().Where(l => l.CreatedAt < old).ExecuteDeleteAsync(cancellationToken);
        var (link, token) = SetupLink.Create(now);
        db.Add(link);
        await db.SaveChangesAsync(cancellationToken);
        return token;
    }

    private IQueryable<SetupLink> ValidLinks(string token)
    {
        var hash = SetupLink.Hash(token);
        var now = time.GetUtcNow();
        return db.Set<SetupLink>().Where(l => l.TokenHash == hash && l.ExpiresAt > now);
    }
}
