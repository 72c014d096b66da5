using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Protection.Uncovered;
using BackupApp.Tests.Policies;

namespace BackupApp.Tests.Protection;

/// <summary>Which sources are on one server, and what of it they cover.</summary>
public sealed class KnownServerTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await bench.RequireAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void Names_that_lead_to_one_address_are_one_server_and_two_ports_are_two()
    {
        var servers = KnownServer.ByAddress(
            [Source("db1", 5432, "a"), Source("DB1.", 5432, "b"), Source("db1", 5433, "c"), Source("db2", 5432, "d")]);

        Assert.Equal(
            ["a b", "c", "d"], servers.Select(s => string.Join(' ', s.Sources.Select(x => x.Database).Order())).Order());
    }

    [Fact]
    public void Members_of_a_replica_set_are_one_server_whichever_is_named_first()
    {
        var servers = KnownServer.ByAddress(
        [
            Mongo("shop", "m1", "m2"), Mongo("crm", "m3", "m2"), Mongo("other", "m9"),
        ]);

        Assert.Equal(["m1 m2 m3", "m9"], servers.Select(s => string.Join(' ', s.Addresses.Select(Host).Order())).Order());
    }

    [Fact]
    public void Two_names_of_a_server_that_says_who_it_is_are_one()
    {
        var (one, other) = (Asked("db1", "a", "id", "a", "b", "c"), Asked("alias", "b", "id", "a", "b", "c"));

        var server = Assert.Single(KnownServer.ByIdentity([one, other]));

        Assert.Equal(["c"], server.Uncovered);
        Assert.Equal("id", server.Key);
        Assert.Equal(2, KnownServer.ByIdentity([one, Asked("db2", "a", "other", "a")]).Count);
    }

    [Fact]
    public void A_whole_server_covers_all_but_what_it_leaves_out()
    {
        var whole = Source("db1", 5432, "postgres");
        whole.Select(new DumpSelection { Scope = SourceScope.Server, ExcludeDatabases = ["scratch", "old"] }, bench.Clock.GetUtcNow());
        var server = new KnownServer(
            [whole, Source("db1", 5432, "old")], new HashSet<string> { "db1" }, whole, new ServerContents(null, ["a", "old", "scratch"]));

        Assert.Equal(["scratch"], server.Uncovered);
    }

    [Fact]
    public void Of_a_server_that_does_not_answer_nothing_is_said() =>
        Assert.Empty(Assert.Single(KnownServer.ByIdentity(KnownServer.ByAddress([Source("db1", 5432, "a")]))).Uncovered);

    private KnownServer Asked(string host, string covered, string identity, params string[] databases)
    {
        var source = Source(host, 5432, covered);
        return new KnownServer(
            [source], KnownServer.AddressesOf(source).ToHashSet(), source, new ServerContents(identity, databases));
    }

    private DataSource Source(string host, int port, string database) => DataSource.Create(
        database, DataSourceEnvironment.Test,
        new DatabaseConnection(
            Engine.Postgres, host, port, database, "app", TlsMode.Prefer, new Dictionary<string, string>(), new ConnectionSecrets("pw")),
        bench.Secrets, bench.Clock.GetUtcNow());

    private DataSource Mongo(string database, params string[] hosts) => DataSource.Create(
        database, DataSourceEnvironment.Test,
        new DatabaseConnection(
            Engine.Mongodb, hosts[0], 27017, database, "app", TlsMode.Prefer, new Dictionary<string, string>(), new ConnectionSecrets("pw"))
        {
            OtherHosts = [.. hosts.Skip(1).Select(h => new ServerAddress(h, 27017))],
        },
        bench.Secrets, bench.Clock.GetUtcNow());

    private static string Host(string address) => address.Split('/', ':')[1];
}
