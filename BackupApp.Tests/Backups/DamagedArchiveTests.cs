using BackupApp.Backups;
using BackupApp.Errors;
using BackupApp.Inventories.Changes;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>A tool that says that all went well is not believed where its archive says something else.</summary>
[Collection(nameof(BackupsOfOneApp))]
public sealed class DamagedArchiveTests(JobBench bench) : IDisposable
{
    private const string Real = "/usr/lib/postgresql/15/bin/pg_dump";

    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-cut-").FullName;

    [Fact]
    public async Task An_archive_that_ends_early_is_a_failed_dump_that_leaves_nothing_and_the_tools_own_error_comes_first()
    {
        await bench.RequireAsync();
        if (!File.Exists(Real))
            Assert.Skip("PostgreSQL 15's client is not installed.");
        await using var app = await StartAsync([]);
        using var client = await AppClient.SignInAsync(app);
        var database = await bench.Postgres.CreateDatabaseAsync("cut", "CREATE TABLE orders AS SELECT generate_series(1, 9000) AS n");
        var source = await bench.AddSourceAsync(database, client: client);

        // A shell's pipeline ends as its last command does.
        var cut = await RunAsync(client, app, source, $"{Real} \"$@\" | head -c 30000");
        Assert.Equal((RunStatus.Failed, RunStage.Dump, "archive_damaged"), (cut.Status, cut.ErrorStage, cut.ErrorCode));
        Assert.Contains("It ends early, in the rows of public.orders", cut.ErrorSummary, StringComparison.Ordinal);
        Assert.Empty(await bench.LeftoversAsync(cut.Id));

        var both = await RunAsync(client, app, source, $"{Real} \"$@\" | head -c 30000; echo 'pg_dump: error: it broke' >&2; exit 1");
        Assert.Equal("dump_failed", both.ErrorCode);
        Assert.Contains("it broke", both.ErrorSummary, StringComparison.Ordinal);

        // A start that failed leaves nothing behind in the reader.
        const string vanished = "pg_dump: error: query failed: ERROR:  could not open relation with OID 4711";
        var again = await RunAsync(
            client, app, source, $"[ -e '{_folder}/first' ] || {{ : >'{_folder}/first'; echo '{vanished}' >&2; exit 1; }}; {Real} \"$@\"");
        Assert.Equal((RunStatus.Success, null), (again.Status, again.Warning));
        Assert.Contains("Started again", again.ToolLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_it_fails_no_backup_it_is_a_warning_about_what_is_in_it()
    {
        await bench.RequireAsync();
        if (!File.Exists(Real))
            Assert.Skip("PostgreSQL 15's client is not installed.");
        await using var app = await StartAsync(new() { ["BackupApp__Inventory__FailsBackups"] = "false" });
        using var client = await AppClient.SignInAsync(app);
        var database = await bench.Postgres.CreateDatabaseAsync("cut", "CREATE TABLE orders AS SELECT generate_series(1, 9000) AS n");
        var source = await bench.AddSourceAsync(database, client: client);

        var cut = await RunAsync(client, app, source, $"{Real} \"$@\" | head -c 30000");

        Assert.Equal(RunStatus.Success, cut.Status);
        await using var db = JobBench.Database(app.Settings);
        var warning = await db.Set<ContentWarning>().SingleAsync(w => w.JobId == cut.Id, TestContext.Current.CancellationToken);
        Assert.Equal(WarningRule.ArchiveNotUnderstood, warning.Rule);
        Assert.StartsWith("The archive is not whole: It ends early, in the rows of public.orders", warning.Text, StringComparison.Ordinal);
        Assert.Contains("The archive is not whole", await client.GetAsync($"/Jobs/{cut.Id}"), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<AppProcess> StartAsync(Dictionary<string, string> variables)
    {
        // It is also asked what its library knows.
        StandIn.Install(
            _folder,
            "pg_dump",
            "pg_dump (PostgreSQL) 15.999",
            $"case $* in *--format=custom*) . '{_folder}/how';; *) exec {Real} \"$@\";; esac");
        var settings = await bench.SettingsAsync(bench.App.Settings.DataDirectory);
        variables["BackupApp__Backups__PostgresClientFolders__0"] = _folder;
        return await AppProcess.StartAsync(settings with { Variables = variables });
    }

    private async Task<BackupJob> RunAsync(AppClient client, AppProcess app, Guid source, string how)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "how"), how, TestContext.Current.CancellationToken);
        var id = await client.RunNowAsync(source);
        await client.FinishedAsync(id);
        return await JobBench.JobAsync(app.Settings, id);
    }
}
