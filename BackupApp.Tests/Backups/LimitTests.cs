using BackupApp.Backups;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>Limits that all processes share: what finds no place waits, and goes when a place is free.</summary>
[Trait("kind", "slow")]
public sealed class LimitTests(JobBench bench) : IClassFixture<JobBench>
{
    [Fact]
    public async Task One_backup_at_a_time_to_a_destination_and_the_next_goes_when_it_ends()
    {
        await using var app = await StartAsync("BackupApp__Backups__MaxConcurrentPerDestination");
        using var client = await AppClient.SignInAsync(app);
        await using var relay = bench.Relay();
        var source = await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port, client);
        var other = await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync(), client: client);
        var first = await bench.StartAsync(source, null, client);
        var second = await client.RunNowAsync(other);

        await ParkedAsync(app, second);
        relay.Open();

        foreach (var job in (Guid[])[first, second])
            Assert.Equal("success", (await client.FinishedAsync(job)).Status);
        var (one, two) = (await JobBench.JobAsync(app.Settings, first), await JobBench.JobAsync(app.Settings, second));
        Assert.True(two.StartedAt >= one.FinishedAt, $"{two.StartedAt:O} {one.FinishedAt:O}");
        Assert.Null(two.ParkedAt);
    }

    [Fact]
    public async Task One_scheduled_backup_at_a_time_of_a_source_beside_which_a_manual_one_may_run()
    {
        await using var app = await StartAsync("BackupApp__Backups__MaxConcurrentPerSource");
        using var client = await AppClient.SignInAsync(app);
        await using var relay = bench.Relay();
        var source = await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port, client);
        var first = await bench.StartAsync(source, null, client);
        await SqlAsync(app, $"update backup_jobs set trigger = 'schedule' where id = {first}");

        var manual = await bench.StartAsync(source, null, client);
        // As the schedule makes it, of another policy.
        var second = Guid.CreateVersion7();
        await SqlAsync(app, $"""
            insert into backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id,
                destination_name, scheduled_for, cancel_requested, bytes_read, bytes_stored)
            select {second}, 'queued', 'schedule', data_source_id, data_source_name, engine, destination_id,
                destination_name, now(), false, 0, 0 from backup_jobs where id = {first}
            """);
        Messages.Send(app.Settings, second);

        await ParkedAsync(app, second);
        relay.Open();

        foreach (var job in (Guid[])[first, manual, second])
            Assert.Equal("success", (await client.FinishedAsync(job)).Status);
        Assert.True((await JobBench.JobAsync(app.Settings, second)).StartedAt >= (await JobBench.JobAsync(app.Settings, first)).FinishedAt);
    }

    private async Task<AppProcess> StartAsync(string limit)
    {
        bench.RequireServers();
        return await AppProcess.StartAsync(
            (await bench.SettingsAsync()) with
            {
                Variables = new Dictionary<string, string>(JobBench.Variables) { [limit] = "1" },
            });
    }

    private static Task ParkedAsync(AppProcess app, Guid job) => Until.TrueAsync(
        async () => await JobBench.JobAsync(app.Settings, job) is { Status: RunStatus.Queued, ParkedAt: not null },
        "the job waits for a place",
        seconds: 30);

    private static async Task SqlAsync(AppProcess app, FormattableString sql)
    {
        await using var db = JobBench.Database(app.Settings);
        await db.Database.ExecuteSqlAsync(sql, TestContext.Current.CancellationToken);
    }
}
