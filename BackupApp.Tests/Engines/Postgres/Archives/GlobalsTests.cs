using System.Text;
using BackupApp.Engines;
using BackupApp.Engines.Archives;
using BackupApp.Inventories;
using BackupApp.Tests.Engines.Archives;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres.Archives;

/// <summary>What pg_dumpall writes of roles and tablespaces.</summary>
public sealed class GlobalsTests : IAsyncDisposable
{
    private const string End = "\n--\n-- PostgreSQL database cluster dump complete\n--\n\n";
    private const string Begin = "--\n-- PostgreSQL database cluster dump\n--\n\n";

    private readonly TestPostgres _postgres = TestPostgres.Require();

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();

    [Fact]
    public async Task The_roles_of_a_real_server_are_named()
    {
        var odd = await _postgres.CreateRoleAsync("o\"r\",\n; ü 'x'", "it''s; \"secret\" \\");
        const string comment = "E'CREATE ROLE nobody; \\\\ it''s\n-- CREATE ROLE nobody;'";
        await _postgres.ExecuteAsync($"COMMENT ON ROLE {TestPostgres.Quote(odd)} IS {comment}");
        var file = Path.GetTempFileName();
        const string dump = "pg_dumpall --globals-only --no-password > \"$1\"";
        var (code, _) = await Shell.RunAsync("bash", ["-c", dump, "bash", file], _postgres.ToolEnvironment);
        var sql = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        File.Delete(file);
        Assert.Equal(0, code);

        var reading = ArchiveReaders.Recognize(sql)!.ReadBy(sql, 5);

        var roles = reading.Inventory().Roles;
        Assert.Contains(odd, roles);
        Assert.Contains("postgres", roles);
        Assert.DoesNotContain("nobody", roles);
        Assert.DoesNotContain("secret", reading.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Tablespaces_are_named()
    {
        const string fast = "CREATE TABLESPACE \"fast \"\"disk\"\"\" OWNER postgres LOCATION '/srv/x;y';\n";
        var reading = Read(Begin + fast + "CREATE TABLESPACE slow LOCATION '';\n" + End);
        Assert.Equal(["fast \"disk\"", "slow"], reading.Inventory().Tablespaces);
    }

    [Fact]
    public void Lines_for_psql_are_no_statements()
    {
        var reading = Read(Begin + "\\restrict a'b\n\nCREATE ROLE one;\n\\unrestrict a'b\n" + End);
        Assert.Equal(["one"], reading.Inventory().Roles);
    }

    [Theory]
    [InlineData("SELECT 1;\n")]
    [InlineData("--\n-- PostgreSQL database dump\n--\n")]
    public void Other_sql_is_not_read(string sql) => Assert.IsType<ArchiveReading.NotRead>(Read(sql));

    private static ArchiveReading Read(string sql) =>
        ArchiveReaders.For(Engine.Postgres, ArtifactKind.Globals).ReadBy(Encoding.UTF8.GetBytes(sql));
}
