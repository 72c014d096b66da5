using System.Security.Cryptography;
using System.Text;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.DataSources;

/// <summary>The second login of a source, and the line that says whether it would do.</summary>
public sealed class RestoreLoginTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 2, 15, 0, TimeSpan.Zero);

    private static readonly DatabaseConnection Connection = new(
        Engine.Postgres, "db.example.com", 5433, "shop", "keeper", TlsMode.VerifyFull,
        new Dictionary<string, string> { ["connect_timeout"] = "3" }, new ConnectionSecrets("reads", "CA"));

    [Fact]
    public async Task It_goes_to_the_same_server_in_the_same_way_and_only_it_restores()
    {
        await using var database = await TestDatabase.CreateAsync();
        var source = DataSource.Create("Shop", DataSourceEnvironment.Prod, Connection, database.Secrets, Now);
        Assert.Equal(("keeper", "reads"), Login(source.DecryptForRestores(database.Secrets)));

        source.SetRestoreLogin("owner", "writes", database.Secrets, Now);

        var restores = source.DecryptForRestores(database.Secrets);
        Assert.Equal(("owner", "writes"), Login(restores));
        Assert.Equal(("keeper", "reads"), Login(source.Decrypt(database.Secrets)));
        Assert.Equal(
            (Connection.Host, Connection.Port, Connection.Security, "CA"),
            (restores.Host, restores.Port, restores.Security, restores.Secrets.CaCertificatePem));
        Assert.Equal(("owner", null), Login(source.ToPublicRestoreConnection()));
        Assert.DoesNotContain("writes", Encoding.Latin1.GetString(source.RestoreCipher!), StringComparison.Ordinal);

        source.RemoveRestoreLogin(Now);
        Assert.Equal(("keeper", "reads"), Login(source.DecryptForRestores(database.Secrets)));
    }

    [Fact]
    public async Task Its_cipher_opens_for_its_own_row_and_its_own_purpose_and_goes_with_the_source()
    {
        await using var database = await TestDatabase.CreateAsync();
        var (one, other) = (New(database), New(database));
        one.SetRestoreLogin("owner", "writes", database.Secrets, Now);

        Assert.ThrowsAny<CryptographicException>(() => database.Secrets.Unprotect(one.RestoreCipher!, $"data_source/{one.Id}"));
        Assert.ThrowsAny<CryptographicException>(
            () => database.Secrets.Unprotect(one.RestoreCipher!, $"data_source/{other.Id}/restore_login"));
        Assert.NotEmpty(database.Secrets.Unprotect(one.RestoreCipher!, $"data_source/{one.Id}/restore_login"));

        one.Delete(Now);
        Assert.Equal((null, null), (one.RestoreCipher, one.RestoreUsername));
    }

    [Fact]
    public async Task The_line_says_what_to_do_and_since_when_it_is_so()
    {
        await using var database = await TestDatabase.CreateAsync();
        var source = New(database);
        var cannot = new RestoreReadiness(ReadyState.NotReady, "The login may not create databases.", "grant CREATEDB");

        source.RecordReadiness(cannot, Now);
        source.RecordReadiness(cannot, Now.AddDays(1));
        Assert.Equal(("Not ready: grant CREATEDB, or add a restore login.", Now), Line(source));
        Assert.Equal(Now.AddDays(1), source.RestoreReadiness!.CheckedAt);

        source.SetRestoreLogin("owner", "writes", database.Secrets, Now);
        source.RecordReadiness(cannot, Now.AddDays(2));
        Assert.Equal(("Not ready: grant CREATEDB.", Now), Line(source));
        source.RecordReadiness(new(ReadyState.Ready), Now.AddDays(3));
        Assert.Equal(("Ready", Now.AddDays(3)), Line(source));
        source.RecordReadiness(new(ReadyState.Standby), Now.AddDays(4));
        Assert.Equal(("Not here: the server is a standby.", Now.AddDays(4)), Line(source));
    }

    private static DataSource New(TestDatabase database) =>
        DataSource.Create("Shop", DataSourceEnvironment.Prod, Connection, database.Secrets, Now);

    private static (string, string?) Login(DatabaseConnection connection) => (connection.Username, connection.Secrets.Password);

    private static (string, DateTimeOffset) Line(DataSource source) => (source.RestoreReadiness!.Sentence, source.RestoreReadiness.Since);
}
