using System.Collections.Frozen;
using System.Net;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Network;

/// <summary>
/// The host names that this server answers to. A link is made of the request's host where no address
/// is configured: a name of somebody else's must not get into it. Until the first administrator is
/// there any name will do; the one that they use is learnt, and from then on foreign ones are refused.
/// </summary>
public sealed class KnownHosts(IServiceScopeFactory scopes, IOptions<PublicAddress> address, TimeProvider time)
{
    /// <summary>How long a name that another process has learnt, or the console has allowed, may stay unknown here.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(10);

    private volatile Snapshot _learnt = new([], DateTimeOffset.MinValue);

    /// <summary>Nothing is learnt where the configuration says it.</summary>
    private bool IsConfigured => address.Value.PublicUrl is not null || address.Value.HostNames.Count > 0;

    public async ValueTask<bool> KnowsAsync(string host, CancellationToken cancellationToken)
    {
        if (IsOwn(host))
            return true;
        var name = KnownHost.Normalize(host);
        if (IsConfigured)
            return address.Value.HostNames.Count == 0
                || IsConfiguredName(name)
                || (await ReadAsync(name, cancellationToken)).Contains(name);
        var learnt = await ReadAsync(name, cancellationToken);
        return learnt.Count == 0 || learnt.Contains(name);
    }

    /// <summary>Keeps the name under which the first administrator came. Nothing to do when there is one already.</summary>
    /// <returns>Whether it was learnt now.</returns>
    public async ValueTask<bool> LearnFirstAsync(string host, CancellationToken cancellationToken)
    {
        if (IsConfigured || _learnt.Names.Count > 0 || (await ReadAsync(KnownHost.Normalize(host), cancellationToken)).Count > 0)
            return false;
        await AllowAsync(host, cancellationToken);
        return true;
    }

    /// <summary>Adds a name; every process knows it within ten seconds.</summary>
    public async Task AllowAsync(string host, CancellationToken cancellationToken)
    {
        var (name, now) = (KnownHost.Normalize(host), time.GetUtcNow());
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        await db.Database.ExecuteSqlAsync(
            $"insert into known_hosts (name, learnt_at) values ({name}, {now}) on conflict do nothing",
            cancellationToken);
        _learnt = new Snapshot(_learnt.Names, DateTimeOffset.MinValue);
    }

    // A page of somebody else's cannot send a browser here under an address or under this machine's
    // own name: there is no name of theirs in it.
    private static bool IsOwn(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host, out _);

    private bool IsConfiguredName(string name) =>
        address.Value.HostNames.Any(known => KnownHost.Normalize(known) == name) || address.Value.PublicUrl?.IdnHost == name;

    private async ValueTask<FrozenSet<string>> ReadAsync(string wanted, CancellationToken cancellationToken)
    {
        var (known, now) = (_learnt, time.GetUtcNow());
        if (known.Names.Contains(wanted) || now - known.ReadAt < Freshness)
            return known.Names;

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var names = await db.Set<KnownHost>().AsNoTracking().Select(h => h.Name).ToListAsync(cancellationToken);
        _learnt = new Snapshot(names.ToFrozenSet(), now);
        return _learnt.Names;
    }

    private sealed record Snapshot(FrozenSet<string> Names, DateTimeOffset ReadAt);
}
