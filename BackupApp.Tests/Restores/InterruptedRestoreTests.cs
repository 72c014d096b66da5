using BackupApp.Audit;
using BackupApp.Errors;
using BackupApp.Restores;
using BackupApp.Runs;
using BackupApp.Tests.Backups;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Restores;

/// <summary>What becomes of restores, each at another moment, when their process is killed or told to stop.</summary>
[Trait("kind", "slow")]
public sealed class InterruptedRestoreTests(JobBench bench) : IClassFixture<JobBench>
{
    private static readonly HeldAt[] Moments = Enum.GetValues<HeldAt>();

    [Fact]
    public async Task Killed_at_any_moment_each_restore_has_failed_and_each_database_is_as_it_was()
    {
        var settings = await SettingsAsync(("BackupApp__Backups__HeartbeatTimeout", "00:00:04"));
        await using var app = await AppProcess.StartAsync(settings.Patient());
        using var client = await AppClient.SignInAsync(app);
        var held = await HoldAllAsync(settings, client, withLogin: true);

        await app.KillAsync();
        foreach (var restore in held)
            Assert.NotNull((await RestoreForms.ReadAsync(settings, restore.Id)).TargetCipher);
        foreach (var restore in held)
            await restore.ReleaseAsync();
        await using var next = await AppProcess.StartAsync(settings);
        using var again = await AppClient.SignInAsync(next);

        foreach (var restore in held)
        {
            var job = await restore.EndedAsync(settings, seconds: 420);
            Assert.Equal((RunStatus.Failed, RunStage.Worker, "worker_lost"), (job.Status, job.ErrorStage, job.ErrorCode));
            Assert.Equal((null, false, null), (job.TargetCipher, job.InPlace, job.KeptDatabase));
            Assert.Equal(
                [AuditActions.RestoreCreated, AuditActions.RestoreStarted, AuditActions.RestoreReapedStuck],
                await JobBench.AuditAsync(settings, restore.Id));
            Assert.Contains("The target is as it was", await again.GetAsync($"/Restores/{restore.Id}"), StringComparison.Ordinal);
            await restore.Database.AssertAsBeforeAsync();
        }

        await DropAsync(held);
    }

    [Fact]
    public async Task SIGTERM_lets_end_what_can_in_its_time_and_takes_the_rest_back()
    {
        var settings = await SettingsAsync(("BackupApp__DrainTimeout", "00:00:06"));
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var held = await HoldAllAsync(settings, client, withLogin: false);

        var ending = app.TerminateAsync();
        await Until.TrueAsync(() => app.Log.Contains("Application is shutting down", StringComparison.Ordinal), "it was asked to stop");
        await held[(int)HeldAt.Swap].ReleaseAsync();
        await held[(int)HeldAt.Counting].ReleaseAsync();
        var (exitCode, elapsed) = await ending;

        Assert.True(exitCode == 0, app.Log);
        Assert.True(elapsed < TimeSpan.FromSeconds(14), $"It took {elapsed}.");
        foreach (var restore in held)
        {
            var job = await RestoreForms.ReadAsync(settings, restore.Id);
            var audit = await JobBench.AuditAsync(settings, restore.Id);
            if (restore == held[(int)HeldAt.Swap] || restore == held[(int)HeldAt.Counting])
            {
                Assert.True((job.Status, job.InPlace) == (RunStatus.Success, true), $"{job.Status} {job.ErrorSummary}");
                Assert.Equal(AuditActions.RestoreCompleted, audit[^1]);
                await restore.Database.AssertReplacedAsync(job);
            }
            else
            {
                Assert.Equal((RunStatus.Canceled, CancelReason.Shutdown), (job.Status, job.CancelReason));
                Assert.Equal(AuditActions.RestoreCanceled, audit[^1]);
                await restore.Database.AssertAsBeforeAsync();
            }
        }

        await held[(int)HeldAt.Connect].ReleaseAsync();
        await DropAsync(held);
    }

    private async Task<AppSettings> SettingsAsync((string Name, string Value) more)
    {
        bench.RequireServers();
        return (await bench.SettingsAsync()) with
        {
            Variables = new Dictionary<string, string>(JobBench.Variables)
            {
                ["BackupApp__Backups__ReaperInterval"] = "1",
                ["BackupApp__Restores__MaxConcurrentJobs"] = $"{Moments.Length}",
                [more.Name] = more.Value,
            },
        };
    }

    private async Task<HeldRestore[]> HoldAllAsync(AppSettings settings, AppClient client, bool withLogin)
    {
        var server = RestoreServer.Of(bench.Postgres);
        var held = new List<HeldRestore>();
        // The swap waits for its lock a few seconds only.
        foreach (var at in Moments)
        {
            var database = await ChangedDatabase.MakeAsync(settings, client, server);
            held.Add(await HeldRestore.StartAsync(client, database, at, withLogin ? server.Uri(database.Name) : null));
        }

        return [.. held];
    }

    private static async Task DropAsync(HeldRestore[] held)
    {
        foreach (var restore in held)
            await restore.Database.DropAsync();
    }
}
