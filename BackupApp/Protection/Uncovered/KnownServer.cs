using System.Globalization;
using BackupApp.DataSources;
using BackupApp.Engines;

namespace BackupApp.Protection.Uncovered;

/// <summary>A server by the sources that are on it.</summary>
/// <param name="Addresses">All that lead to it, as <see cref="AddressesOf"/> writes them.</param>
/// <param name="AskedBy">By whose login it was listed; null where it did not answer.</param>
public sealed record KnownServer(
    IReadOnlyList<DataSource> Sources, IReadOnlySet<string> Addresses, DataSource? AskedBy, ServerContents? Contents)
{
    /// <summary>What tells it from others: its own identity, or where nobody may read that its first address.</summary>
    public string Key => Contents?.Identity ?? Addresses.Order(StringComparer.Ordinal).First();

    /// <summary>The databases on it that nobody backs up; none where it did not answer.</summary>
    public IEnumerable<string> Uncovered => Contents?.Databases.Where(d => !Covers(Sources, d)) ?? [];

    /// <summary>Whether one of these sources backs the database up. What a whole server's leaves out it does not.</summary>
    public static bool Covers(IEnumerable<DataSource> sources, string database) => sources.Any(s =>
        s.Selection.Scope == SourceScope.Server
            ? !s.Selection.ExcludeDatabases.Contains(database, StringComparer.Ordinal)
            : s.Database == database);

    /// <summary>As written, but for capitals, which make no other host.</summary>
    public static IEnumerable<string> AddressesOf(DataSource source) =>
        source.ToPublicConnection().Servers.Select(s => AddressOf(source.Engine, s.Host, s.Port));

    public static string AddressOf(Engine engine, string host, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{engine}/{host.TrimEnd('.')}:{port}").ToLowerInvariant();

    /// <summary>Sources that share an address are on one server, directly or by way of others.</summary>
    public static IReadOnlyList<KnownServer> ByAddress(IEnumerable<DataSource> sources) => Merge(
        sources.Where(s => s.HasCredentials).Select(s => new KnownServer([s], AddressesOf(s).ToHashSet(), null, null)),
        server => server.Addresses);

    /// <summary>Two names of one server are one, once it has said who it is.</summary>
    public static IReadOnlyList<KnownServer> ByIdentity(IEnumerable<KnownServer> servers) => Merge(servers, server => [server.Key]);

    private static List<KnownServer> Merge(IEnumerable<KnownServer> servers, Func<KnownServer, IEnumerable<string>> keys)
    {
        var merged = new List<KnownServer>();
        foreach (var server in servers)
        {
            var own = keys(server).ToHashSet();
            var same = merged.FindAll(m => keys(m).Any(own.Contains));
            merged.RemoveAll(same.Contains);
            merged.Add(same.Append(server).Aggregate(Together));
        }

        return merged;
    }

    private static KnownServer Together(KnownServer one, KnownServer other) => new(
        [.. one.Sources, .. other.Sources], one.Addresses.Union(other.Addresses).ToHashSet(), one.AskedBy ?? other.AskedBy,
        one.Contents is { } contents && other.Contents is { } more
            ? contents with { Databases = [.. contents.Databases.Union(more.Databases, StringComparer.Ordinal)] }
            : one.Contents ?? other.Contents);
}
