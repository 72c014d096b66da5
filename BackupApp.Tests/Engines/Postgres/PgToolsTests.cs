using BackupApp.Engines.Postgres;
using BackupApp.Errors;
using BackupApp.Tests.Support;
using BackupApp.Tools;

namespace BackupApp.Tests.Engines.Postgres;

public sealed class PgToolsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-tools-").FullName;

    [Fact]
    public async Task The_installed_client_is_found_with_its_version()
    {
        var installed = new PgTools([]).Installed();
        Assert.SkipWhen(installed.Count == 0 && Environment.GetEnvironmentVariable("CI") is null, "No PostgreSQL client is installed.");

        var client = installed[^1];
        Assert.Contains($" {client.Version}", (await Shell.RunAsync(client.PgDump, ["--version"])).Output, StringComparison.Ordinal);
        Assert.Equal($"{client.Major}", client.Version.Split('.', 'b', 'r', 'd')[0]);
    }

    [Fact]
    public void The_servers_own_major_is_chosen_else_the_nearest_newer_one()
    {
        var tools = new PgTools([
            Install("a", "98.2"),
            Install("b", "96.10"),
            Install("c", "96.9 (Debian 96.9-1)"),
            Install("d", "101beta1"),
        ]);

        Assert.Equal("96.10", tools.Choose(96).Version);
        Assert.Equal("98.2", tools.Choose(97).Version);
        Assert.Equal("101beta1", tools.Choose(99).Version);
        Assert.Equal(101, tools.Choose(101).Major);
        Assert.EndsWith("96, 98, 101", tools.InstalledMajors, StringComparison.Ordinal);
        Assert.True(tools.CanDump(101));
        Assert.False(tools.CanDump(102));
    }

    [Fact]
    public void A_server_newer_than_every_client_is_refused_with_what_to_install()
    {
        var exception = Assert.Throws<DumpFailedException>(() => new PgTools([Install("a", "96.1")]).Choose(97));

        Assert.Equal((RunStage.Connect, "server_version_unsupported"), (exception.Stage, exception.Code));
        Assert.Contains("PostgreSQL 97", exception.Message, StringComparison.Ordinal);
        Assert.Contains("96.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("postgresql-client-97", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tool_that_was_replaced_is_asked_again()
    {
        var tools = new PgTools([Install("a", "96.1")]);
        Assert.Equal("96.1", tools.Choose(96).Version);

        Install("a", "96.2");
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "a", "pg_dump"), DateTime.UtcNow.AddMinutes(1));
        Assert.Equal("96.2", tools.Choose(96).Version);
    }

    [Fact]
    public async Task A_tool_that_was_once_too_slow_to_answer_is_asked_again()
    {
        Install("slow", "96.1", "[ -e \"$0.asked\" ] && exit; touch \"$0.asked\"; sleep 60");
        var tools = new PgTools([Path.Combine(_folder, "slow")], patience: TimeSpan.FromSeconds(0.5));

        // A busy machine may end it before its first line.
        await Until.TrueAsync(
            () =>
            {
                Assert.DoesNotContain(tools.Installed(), c => c.Major == 96);
                return File.Exists(Path.Combine(_folder, "slow", "pg_dump.asked"));
            },
            "it is asked");

        await Until.TrueAsync(() => tools.CanDump(96) && tools.Choose(96).Version == "96.1", "it is found");
    }

    [Fact]
    public void What_is_no_working_pg_dump_is_passed_over()
    {
        Install("wrapper", "96.1");
        File.Move(Path.Combine(_folder, "wrapper", "pg_dump"), Path.Combine(_folder, "wrapper", "pg_wrapper"));
        File.CreateSymbolicLink(Path.Combine(_folder, "wrapper", "pg_dump"), Path.Combine(_folder, "wrapper", "pg_wrapper"));
        Install("broken", "96.2", "exit 1");
        Install("silent", "");
        Install("unstartable", "96.4");
        File.SetUnixFileMode(Path.Combine(_folder, "unstartable", "pg_dump"), UnixFileMode.UserRead);

        var folders = Directory.GetDirectories(_folder).Append(Path.Combine(_folder, "missing"));
        Assert.DoesNotContain(new PgTools(folders).Installed(), c => c.PgDump.StartsWith(_folder, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Install(string name, string version, string end = "")
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        var file = Path.Combine(folder, "pg_dump");
        StandIn.Write(file, $"echo 'pg_dump (PostgreSQL) {version}'\n{end}");
        return folder;
    }
}
