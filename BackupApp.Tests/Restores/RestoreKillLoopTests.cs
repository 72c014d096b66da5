using System.Globalization;
using BackupApp.Engines.Restores;
using BackupApp.Restores;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Restores;

/// <summary>
/// Workers are killed at random moments of overwrites, four of which each of them has under way. <c>scripts/kill-loop</c> does it a
/// hundred times; the tests a few times.
/// </summary>
[Trait("kind", "slow")]
public sealed class RestoreKillLoopTests(JobBench bench) : IClassFixture<JobBench>
{
    private const int Together = 4;

    /// <summary>About as long as the last of four overwrites of small databases takes; more on a busy machine.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(1.5);

    private static readonly int Kills = Math.Max(
        3, int.Parse(Environment.GetEnvironmentVariable("BACKUPAPP_TEST_KILLS") ?? "0", CultureInfo.InvariantCulture) / 2);

    private readonly List<(ChangedDatabase Database, Guid Restore)> _open = [];
    private readonly List<string> _ends = [];

    [Fact]
    public async Task Whenever_a_worker_is_killed_the_database_is_whole_open_and_where_the_page_says()
    {
        bench.RequireServers();
        var settings = (await bench.SettingsAsync()) with { Variables = Variables("web") };
        await using var web = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(web);
        var (kills, interrupted) = (0, 0);
        // One that came after all of them were done proves nothing.
        for (; kills < Kills || (interrupted < Kills && kills < 3 * Kills); kills++)
        {
            interrupted += await KillAsync(settings, client);
            await SettleAsync(settings, client, onlyEnded: true);
        }

        await using var last = await AppProcess.StartAsync(settings with { Variables = Variables("worker") });
        await SettleAsync(settings, client, onlyEnded: false);

        var ends = string.Join(
            ", ", _ends.GroupBy(e => e).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {g.Key}")));
        var report = string.Create(CultureInfo.InvariantCulture, $"{kills} kills, {interrupted} overwrites under way: {ends}");
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        TestContext.Current.SendDiagnosticMessage(report);
        Assert.True(interrupted >= Kills, $"{report}: the loop proves nothing.");
    }

    private static Dictionary<string, string> Variables(string role) => new(JobBench.Variables)
    {
        ["BackupApp__Roles"] = role,
        ["BackupApp__Backups__HeartbeatTimeout"] = "00:00:03",
        ["BackupApp__Backups__ReaperInterval"] = "1",
        ["BackupApp__Backups__LostMessageTimeout"] = "00:00:02",
        ["BackupApp__Restores__MaxConcurrentJobs"] = $"{Together}",
    };

    /// <returns>How many overwrites were under way.</returns>
    private async Task<int> KillAsync(AppSettings settings, AppClient client)
    {
        await using var worker = await AppProcess.StartAsync(settings with { Variables = Variables("worker") });
        var databases = await Task.WhenAll(Enumerable.Range(0, Together).Select(
            _ => ChangedDatabase.MakeAsync(settings, client, RestoreServer.Of(bench.Postgres))));
        var restores = new List<(ChangedDatabase Database, Guid Restore)>();
        foreach (var database in databases)
        {
            var fields = new Dictionary<string, string> { ["Confirmation"] = database.Name };
            restores.Add((database, await client.RestoreAsync(database.Source, database.Artifact, "Replace", fields)));
        }

        await Until.TrueAsync(
            async () => (await RestoreForms.ReadAsync(settings, restores[^1].Restore)).Status != RunStatus.Queued, "all have begun");
        await Task.Delay(Random.Shared.NextDouble() * LongestLife, TestContext.Current.CancellationToken);
        await worker.KillAsync();

        _open.AddRange(restores);
        var running = 0;
        foreach (var (database, restore) in restores)
        {
            if ((await RestoreForms.ReadAsync(settings, restore)).Status == RunStatus.Running)
                running++;
            await AssertThereAsync(settings, database, restore);
        }

        return running;
    }

    /// <summary>With nobody there to put anything right.</summary>
    private static async Task AssertThereAsync(AppSettings settings, ChangedDatabase database, Guid restore)
    {
        Assert.Contains(await database.RowsAsync(), (long[])[ChangedDatabase.RowsNow, ChangedDatabase.RowsThen]);
        // A transaction that was sent just before may yet come to its end.
        string? name = null;
        await Until.TrueAsync(
            async () => await database.Server.ScalarAsync<long>(
                $"SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'ALTER DATABASE%{database.Name}%' AND state <> 'idle'"
                + " AND pid <> pg_backend_pid()") == 0
                && await database.CalledAsync() is { } now && now == Interlocked.Exchange(ref name, now),
            "no swap is under way");
        Assert.Equal(ChangedDatabase.RowsNow, await database.RowsAsync(name));
        if (name != database.Name)
        {
            Assert.Equal((await RestoreForms.ReadAsync(settings, restore)).Marks.Swap!.Outgoing!.Name, name);
            Assert.Equal(ChangedDatabase.RowsThen, await database.RowsAsync());
        }
    }

    private static string Moment(RestoreMarks marks) => marks switch
    {
        { Swap: not null } => "at or after the swap",
        { Made: not null } => "while it was filled",
        _ => "before anything was made",
    };

    private async Task SettleAsync(AppSettings settings, AppClient client, bool onlyEnded)
    {
        foreach (var (database, restore) in _open.ToList())
        {
            if (onlyEnded && (await RestoreForms.ReadAsync(settings, restore)).IsActive)
                continue;
            // A lock of Hangfire that a killed worker held lets go after a minute.
            var job = await RestoreForms.RestoredAsync(settings, restore, seconds: 300);
            var page = await client.GetAsync($"/Restores/{restore}");
            if (job.Status == RunStatus.Success)
            {
                await database.AssertReplacedAsync(job);
                Assert.Contains(job.KeptDatabase!, page, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal((RunStatus.Failed, "worker_lost"), (job.Status, job.ErrorCode));
                await database.AssertAsBeforeAsync();
                Assert.Contains("The target is as it was", page, StringComparison.Ordinal);
            }

            _ends.Add($"{job.Status} {Moment(job.Marks)}");
            await database.DropAsync();
            _open.Remove((database, restore));
        }
    }
}
