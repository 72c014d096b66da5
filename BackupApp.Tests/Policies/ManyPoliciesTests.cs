using System.Globalization;
using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Policies;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Policies;

/// <summary>
/// Many policies due in the same minute, with two processes up. How long it took is reported; a slow machine is no failure.
/// </summary>
[Trait("kind", "slow")]
public sealed class ManyPoliciesTests(JobBench bench) : IClassFixture<JobBench>
{
    [Fact]
    public Task Twelve_policies_due_in_one_minute_make_twelve_jobs() => TickAsync(12);

    [Fact(Explicit = true)]
    public Task A_thousand_policies_due_in_one_minute_make_a_thousand_jobs() => TickAsync(1000);

    private async Task TickAsync(int count)
    {
        bench.RequireServers();
        var settings = (await bench.SettingsAsync()) with
        {
            Variables = new Dictionary<string, string>(JobBench.Variables) { ["BackupApp__Backups__MaxConcurrentPerSource"] = "64" },
        };
        await using var first = await AppProcess.StartAsync(settings);
        await using var second = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(first);
        var source = await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync(), client: client);

        // One round of the reconciler comes before, which makes the recurring jobs.
        var now = DateTimeOffset.UtcNow;
        var due = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, now.Minute, 0, TimeSpan.Zero).AddMinutes(
            now.Second < 45 ? 2 : 3);
        await AddAsync(settings, source, count, due);
        await Until.TrueAsync(async () => await ScheduledAsync(settings) >= count, $"{count} jobs", seconds: 300);

        await using var db = JobBench.Database(settings);
        var jobs = await db.Set<BackupJob>()
            .AsNoTracking()
            .Where(j => j.Trigger == BackupTrigger.Schedule)
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(count, jobs.Count);
        Assert.Equal(count, jobs.Select(j => j.AttachmentId).Distinct().Count());
        Assert.All(jobs, job => Assert.Equal(due, job.ScheduledFor));
        await Until.TrueAsync(
            () => db.Set<BackupJob>().AllAsync(j => j.HangfireJobId != null),
            "each was handed to the workers",
            seconds: 60);
        Report(jobs, due);
    }

    private static void Report(List<BackupJob> jobs, DateTimeOffset due)
    {
        var times = jobs.Select(j => (j.CreatedAt - due).TotalSeconds).Order().ToList();
        var report = string.Create(
            CultureInfo.InvariantCulture,
            $"{jobs.Count} jobs queued after the tick: the first {times[0]:0.0} s, half {times[times.Count / 2]:0.0} s, "
            + $"the last {times[^1]:0.0} s");
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        TestContext.Current.SendDiagnosticMessage(report);
    }

    private static async Task AddAsync(AppSettings settings, Guid sourceId, int count, DateTimeOffset due)
    {
        await using var db = JobBench.Database(settings);
        var source = await db.Set<DataSource>().SingleAsync(s => s.Id == sourceId);
        var cron = string.Create(CultureInfo.InvariantCulture, $"{due.Minute} {due.Hour} * * *");
        for (var n = 0; n < count; n++)
        {
            var policy = BackupPolicy.Create(
                $"policy {n}",
                new PolicyTerms(cron, "UTC", 0, 0, StorageDestination.ManagedId, 6, null, false),
                DateTimeOffset.UtcNow);
            db.AddRange(policy, PolicyAttachment.Create(policy, source, enabled: true, priority: n, DateTimeOffset.UtcNow));
        }

        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<int> ScheduledAsync(AppSettings settings)
    {
        await using var db = JobBench.Database(settings);
        return await db.Set<BackupJob>().CountAsync(j => j.Trigger == BackupTrigger.Schedule, TestContext.Current.CancellationToken);
    }
}
