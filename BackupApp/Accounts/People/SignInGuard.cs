using BackupApp.Data;
using BackupApp.Network;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Accounts.People;

/// <summary>
/// Slows down who guesses a password or a code, without locking the owner out. Wrong ones are counted for each account by place: a browser
/// that the account's owner signed in with before, else the network. Those of unknown browsers are also summed up over all networks, so
/// that many machines together guess no faster; a known browser does not care for that sum.
/// </summary>
public sealed class SignInGuard(AppDbContext db, KnownDevices devices, IHttpContextAccessor accessor, TimeProvider time)
{
    /// <summary>Wrong passwords or codes from one place before it has to wait.</summary>
    public const int FromOnePlace = 5;

    /// <summary>Those of all unknown places together. Of a one-time code they try 20 of a million in each quarter of an hour.</summary>
    public const int FromEverywhere = 20;

    /// <summary>How long after the last wrong one.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(15);

    /// <summary>Whether whoever sends this request has to wait before the next try for this account, right or wrong.</summary>
    public async Task<bool> IsClosedAsync(AppUser user, CancellationToken cancellationToken)
    {
        var places = await PlacesAsync(user, cancellationToken);
        var since = time.GetUtcNow() - Wait;
        return await db.Set<SignInFailures>().AnyAsync(
            f => f.UserId == user.Id && places.Contains(f.Place) && f.LastAt > since
                && f.Count >= (f.Place == SignInFailures.Everywhere ? FromEverywhere : FromOnePlace),
            cancellationToken);
    }

    /// <summary>
    /// Counts a try before it is looked at, so that many at the same moment are no more than one after another. <see cref="TakeBackAsync"/>
    /// follows, when it was right.
    /// </summary>
    /// <returns>False: it must not be looked at. It did not count, and makes nobody wait longer.</returns>
    public async Task<bool> TryBeginAsync(AppUser user, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var since = now - Wait;
        await db.Set<SignInFailures>().Where(f => f.UserId == user.Id && f.LastAt <= since).ExecuteDeleteAsync(cancellationToken);
        foreach (var place in await PlacesAsync(user, cancellationToken))
        {
            var limit = place == SignInFailures.Everywhere ? FromEverywhere : FromOnePlace;
            var counted = await db.Database.ExecuteSqlAsync(
                $"""
                insert into sign_in_failures (user_id, place, count, last_at) values ({user.Id}, {place}, 1, {now})
                on conflict (user_id, place) do update set count = sign_in_failures.count + 1, last_at = excluded.last_at
                where sign_in_failures.count < {limit}
                """,
                cancellationToken);
            if (counted == 0)
                return false;
        }

        return true;
    }

    public async Task TakeBackAsync(AppUser user, CancellationToken cancellationToken)
    {
        var places = await PlacesAsync(user, cancellationToken);
        await db.Set<SignInFailures>()
            .Where(f => f.UserId == user.Id && f.Count > 0 && places.Contains(f.Place))
            .ExecuteUpdateAsync(f => f.SetProperty(x => x.Count, x => x.Count - 1), cancellationToken);
    }

    /// <summary>
    /// After a right one: this place starts afresh. The sum of all places stays, or the owner's sign-in would help who guesses.
    /// </summary>
    public async Task SucceededAsync(AppUser user, CancellationToken cancellationToken)
    {
        var places = await PlacesAsync(user, cancellationToken);
        await db.Set<SignInFailures>()
            .Where(f => f.UserId == user.Id && f.Place != SignInFailures.Everywhere && places.Contains(f.Place))
            .ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Nobody waits any more, and no browser is known.</summary>
    public async Task ForgetAsync(AppUser user, CancellationToken cancellationToken)
    {
        await db.Set<SignInFailures>().Where(f => f.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await devices.ForgetAsync(user, cancellationToken);
    }

    private async Task<string[]> PlacesAsync(AppUser user, CancellationToken cancellationToken)
    {
        if (await devices.FindAsync(user, cancellationToken) is { } device)
            return [$"device/{Convert.ToHexString(device)}"];
        return [$"network/{ClientNetwork.Of(accessor.HttpContext?.Connection.RemoteIpAddress)}", SignInFailures.Everywhere];
    }
}
