using BackupApp.Engines.Postgres;
using BackupApp.Engines.Postgres.Archives;
using BackupApp.Engines.Postgres.Restores;
using BackupApp.Engines.Restores;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>Which of the installed pg_restore restores an archive.</summary>
public sealed class PgRestoreChoiceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-tools-").FullName;

    /// <param name="format">The archive's: 14 of PostgreSQL 12 to 15, 15 of 16, 16 of 17 and newer.</param>
    [Theory]
    [InlineData(14, 13, "13.20")]
    [InlineData(14, 15, "15.9")]
    [InlineData(14, 16, "17.2")]
    [InlineData(15, 13, "17.2")]
    [InlineData(16, 13, "17.2")]
    [InlineData(99, 13, "17.2")]
    public void The_oldest_is_chosen_that_reads_the_archive_and_is_not_below_the_target(int format, int target, string version)
    {
        var tool = Tool(("a", "13.20"), ("b", "15.8"), ("c", "15.9"), ("d", "17.2"));

        Assert.Equal(version, tool.Choose(Header(format), target).Version);
    }

    [Fact]
    public void A_client_without_a_pg_restore_is_passed_over()
    {
        var tool = Tool(("a", "15.9"), ("b", "17.2"));
        File.Delete(Path.Combine(_folder, "a", "pg_restore"));

        Assert.Equal("17.2", tool.Choose(Header(14), 15).Version);
    }

    [Fact]
    public void Where_none_will_do_it_is_said_which_is_needed()
    {
        var tool = Tool(("a", "15.9"));

        var refused = Assert.Throws<RestoreFailedException>(() => tool.Choose(Header(16), 15));

        Assert.Equal("server_version_unsupported", refused.FailureCode);
        Assert.Contains("17 or newer is needed", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Installed here: 15.", refused.Message, StringComparison.Ordinal);
        Assert.Contains("postgresql-client-17", refused.Advice, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private PgRestore Tool(params (string Name, string Version)[] clients)
    {
        foreach (var (name, version) in clients)
        {
            var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
            StandIn.Write(Path.Combine(folder, "pg_dump"), $"echo 'pg_dump (PostgreSQL) {version}'\n");
            File.WriteAllText(Path.Combine(folder, "pg_restore"), "");
        }

        var tools = new PgTools(clients.Select(c => Path.Combine(_folder, c.Name)), searchesUsualPlaces: false);
        return new(tools, null!, _folder, TimeProvider.System);
    }

    private static ArchiveHeader Header(int format) => new(format, 8, "none", null, "shop", "15.0", "15.0", 0);
}
