using BackupApp.DataSources;
using BackupApp.Engines;

namespace BackupApp.Tests.DataSources;

public sealed class SourceNamesTests
{
    [Theory]
    [InlineData("db1.acme.lan", "shop", SourceScope.Database, "", "shop")]
    [InlineData("db1.acme.lan", "shop", SourceScope.Database, "Shop", "shop on db1")]
    [InlineData("db1.acme.lan", "shop", SourceScope.Database, "shop|shop on db1", "shop on db1 2")]
    [InlineData("db1.acme.lan", "shop", SourceScope.Database, "shop|shop on db1|shop on db1 2", "shop on db1 3")]
    [InlineData("db1.acme.lan", "shop", SourceScope.Server, "", "db1")]
    [InlineData("10.0.0.7", "postgres", SourceScope.Database, "", "postgres on 10.0.0.7")] // a name that says nothing
    [InlineData("db1", "", SourceScope.Server, "db1", "db1 2")]
    public void A_source_is_called_after_its_database(string host, string database, SourceScope scope, string taken, string name) =>
        Assert.Equal(name, SourceNames.Suggest(Connection(host, database), scope, taken.Split('|')));

    [Fact]
    public void A_name_that_is_too_long_is_shortened() =>
        Assert.InRange(SourceNames.Suggest(Connection("h", new string('x', 300)), SourceScope.Database, []).Length, 1, 100);

    private static DatabaseConnection Connection(string host, string database) => new(
        Engine.Postgres, host, 5432, database, "app", TlsMode.Prefer, new Dictionary<string, string>(), new ConnectionSecrets("secret"));
}
