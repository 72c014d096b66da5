using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Pages;
using BackupApp.Policies;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Policies;

/// <summary>A machine that does not know a policy's time zone: nothing runs by it, which is an outage and shown as one.</summary>
public sealed class UnreadScheduleTests(PolicyBench bench) : IClassFixture<PolicyBench>
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_it_would_have_run_is_missed_and_audited_and_the_dashboard_says_why()
    {
        // Half an hour from now and every hour after: five times in five hours, without the last quarter of one.
        var (source, name) = await AttachAsync($"{_clock.GetUtcNow().AddMinutes(30).Minute} * * * *");
        Assert.Contains(
            await AttentionAsync(source),
            a =>
                a.What
                == $"The schedule of {name} cannot run: There is no time zone 'Mars/Olympus' here. "
                    + "Use an IANA name, such as Europe/Prague or UTC.");

        _clock.Advance(TimeSpan.FromHours(5));
        await RunAsync();
        await RunAsync();

        var gap = Assert.Single(await GapsAsync(source));
        Assert.Equal((5, true), (gap.Count, gap.IsMissed));
        Assert.StartsWith(
            $"5 runs of {name} were missed: the schedule could not be read. There is no time zone 'Mars/Olympus' here.",
            gap.Sentence,
            StringComparison.Ordinal);
        Assert.Contains(await AttentionAsync(source), a => a.What == gap.Sentence);
        await using var db = bench.Database();
        Assert.False(await db.Set<BackupJob>().AnyAsync(j => j.DataSourceId == source, Cancel));
    }

    [Fact]
    public async Task A_minutely_schedule_does_not_fill_the_log_and_none_is_counted_twice()
    {
        var (source, _) = await AttachAsync("* * * * *");

        for (var minute = 0; minute < 180; minute++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await RunAsync();
        }

        await using var db = bench.Database();
        Assert.InRange(
            await db.Set<AuditEntry>().CountAsync(e => e.TargetId == source && e.Action == AuditActions.BackupMissed, Cancel),
            2, 4);
        Assert.InRange(Assert.Single(await GapsAsync(source)).Count, 120, 165);
    }

    [Fact]
    public async Task A_zone_that_comes_back_is_run_by_again()
    {
        var (source, name) = await AttachAsync("*/5 * * * *");
        _clock.Advance(TimeSpan.FromHours(2));
        await RunAsync();

        await using (var db = bench.Database())
            await db.Set<BackupPolicy>()
                .Where(p => p.Name == name)
                .ExecuteUpdateAsync(set => set.SetProperty(p => p.TimeZone, "US/Pacific"), Cancel);
        await RunAsync();

        await using var after = bench.Database();
        Assert.True(await after.Set<BackupJob>().AnyAsync(j => j.DataSourceId == source && j.Trigger == BackupTrigger.Schedule, Cancel));
        Assert.DoesNotContain(await AttentionAsync(source), a => a.What.Contains("cannot run", StringComparison.Ordinal));
    }

    private async Task<(Guid Source, string Policy)> AttachAsync(string cron)
    {
        await bench.RequireAsync();
        var source = await bench.AddSourceAsync($"source {Guid.NewGuid():N}");
        var policy = await bench.AddPolicyAsync(input => input.Cron = cron);
        await using var db = bench.Database();
        db.Add(
            PolicyAttachment.Create(
                policy,
                await db.Set<DataSource>().SingleAsync(s => s.Id == source, Cancel),
                enabled: true,
                0,
                _clock.GetUtcNow()));
        await db.SaveChangesAsync(Cancel);
        // As on a machine that lost the zone.
        await db.Set<BackupPolicy>()
            .Where(p => p.Id == policy.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.TimeZone, "Mars/Olympus"), Cancel);
        await db.Set<DataSource>()
            .Where(s => s.Id == source)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.ActiveSince, _clock.GetUtcNow()), Cancel);
        return (source, policy.Name);
    }

    private async Task RunAsync()
    {
        var services = new ServiceCollection()
            .AddScoped(_ => bench.Database())
            .AddScoped(provider => PolicyBench.Log(provider.GetRequiredService<AppDbContext>()))
            .AddScoped(provider => new BackupQueue(
                provider.GetRequiredService<AppDbContext>(),
                provider.GetRequiredService<AuditLog>(),
                new() { Value = PolicyBench.Operator },
                bench.Messages,
                new NoRestores(),
                Options.Create(new BackupOptions()), _clock, NullLogger<BackupQueue>.Instance));
        await using var provider = services.BuildServiceProvider();
        await new ScheduleRunner(
            provider.GetRequiredService<IServiceScopeFactory>(), _clock, NullLogger<ScheduleRunner>.Instance).RunAsync(Cancel);
    }

    private async Task<IReadOnlyList<ScheduleGap>> GapsAsync(Guid source)
    {
        await using var db = bench.Database();
        return await ScheduleGaps.OfSourceAsync(db, source, DateTimeOffset.UtcNow.AddDays(-1), Cancel);
    }

    private async Task<IReadOnlyList<Attention>> AttentionAsync(Guid source)
    {
        await using var db = bench.Database();
        return [.. (await Attention.ReadAsync(db, DateTimeOffset.UtcNow, Cancel)).Where(a => a.DataSourceId == source)];
    }
}
