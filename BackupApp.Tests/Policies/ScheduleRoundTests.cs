using System.Diagnostics;
using System.Globalization;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Policies;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Policies;

/// <summary>What a tick does, and what it leaves alone.</summary>
public sealed class ScheduleRoundTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private ServiceProvider? _services;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ScheduleRound Runner =>
        new(_services!.GetRequiredService<IServiceScopeFactory>(), bench.Clock, NullLogger<ScheduleRound>.Instance);

    public async ValueTask InitializeAsync()
    {
        await bench.RequireAsync();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddOptions<BackupOptions>();
        services.AddScoped(_ => bench.Database());
        services.AddScoped<CurrentActor>();
        services.AddScoped<AuditLog>();
        services.AddSingleton<IRestoresUnderWay, NoRestores>();
        services.AddScoped<BackupQueue>();
        services.AddSingleton<TimeProvider>(bench.Clock);
        services.AddSingleton<IBackgroundJobClient>(bench.Messages);
        _services = services.BuildServiceProvider();
    }

    public ValueTask DisposeAsync() => _services?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_tick_sees_to_its_own_policy_and_the_reconciler_to_all()
    {
        var (mine, other) = (await AttachAsync(), await AttachAsync());
        bench.Clock.Advance(TimeSpan.FromMinutes(2));

        await Runner.TickAsync(mine.PolicyId, Cancel);
        await Runner.TickAsync(mine.PolicyId, Cancel);
        Assert.Equal((1, 0), (await JobsAsync(mine), await JobsAsync(other)));

        await Runner.RunAsync(Cancel);
        Assert.Equal((1, 1), (await JobsAsync(mine), await JobsAsync(other)));
    }

    [Fact]
    public async Task A_clock_that_was_once_far_ahead_keeps_nothing_from_running()
    {
        var attachment = await AttachAsync();
        await using (var db = bench.Database())
        {
            await db.Set<PolicyAttachment>().Where(a => a.Id == attachment.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.EvaluatedUntil, bench.Clock.GetUtcNow().AddYears(1)), Cancel);
        }

        await Runner.RunAsync(Cancel);
        Assert.Equal(0, await JobsAsync(attachment));

        bench.Clock.Advance(TimeSpan.FromMinutes(2));
        await Runner.RunAsync(Cancel);

        Assert.Equal(1, await JobsAsync(attachment));
    }

    [Fact]
    public async Task What_a_stop_of_the_server_canceled_is_made_up_for_once()
    {
        var attachment = await AttachAsync();
        bench.Clock.Advance(TimeSpan.FromMinutes(2));
        await Runner.RunAsync(Cancel);
        Assert.Equal(1, await JobsAsync(attachment));
        await using var db = bench.Database();
        Assert.Equal(0, await InterruptedOccurrences.TakeBackAsync(db, bench.Clock.GetUtcNow(), Cancel));
        await db.Set<BackupPolicy>().Where(p => p.Id == attachment.PolicyId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.RunOnceAfterDowntime, true), Cancel);
        await db.Set<BackupJob>().Where(j => j.AttachmentId == attachment.Id)
            .ExecuteUpdateAsync(
                set => set.SetProperty(j => j.Status, RunStatus.Canceled).SetProperty(j => j.CancelReason, CancelReason.Shutdown), Cancel);

        Assert.Equal(1, await InterruptedOccurrences.TakeBackAsync(db, bench.Clock.GetUtcNow(), Cancel));
        await Runner.RunAsync(Cancel);

        var jobs = await db.Set<BackupJob>().Where(j => j.AttachmentId == attachment.Id).ToListAsync(Cancel);
        Assert.Equal([RunStatus.Canceled, RunStatus.Queued], jobs.OrderBy(j => j.Id).Select(j => j.Status));
        Assert.Single(jobs.Select(j => j.ScheduledFor).Distinct());
        Assert.Equal(0, await InterruptedOccurrences.TakeBackAsync(db, bench.Clock.GetUtcNow(), Cancel));
    }

    [Fact]
    public async Task A_source_that_is_being_paused_gets_no_job_that_nobody_cancels()
    {
        var attachment = await AttachAsync();
        bench.Clock.Advance(TimeSpan.FromMinutes(2));
        await using var db = bench.Database();
        await using var pausing = await db.Database.BeginTransactionAsync(Cancel);
        await Pause(db).PauseAsync(attachment.DataSourceId, new PauseTerms(), Cancel);

        await Runner.TickAsync(attachment.PolicyId, Cancel);
        await pausing.CommitAsync(Cancel);
        await Runner.TickAsync(attachment.PolicyId, Cancel);

        Assert.Equal(0, await JobsAsync(attachment));
    }

    [Fact]
    public async Task A_pause_that_was_given_up_costs_no_run()
    {
        var attachment = await AttachAsync();
        bench.Clock.Advance(TimeSpan.FromMinutes(2));
        await using (var db = bench.Database())
        {
            await using var pausing = await db.Database.BeginTransactionAsync(Cancel);
            await Pause(db).PauseAsync(attachment.DataSourceId, new PauseTerms(), Cancel);
            await Runner.TickAsync(attachment.PolicyId, Cancel);
        }

        await Runner.RunAsync(Cancel);

        Assert.Equal(1, await JobsAsync(attachment));
    }

    /// <summary>A measurement: 100 policies on 100 sources, none of the others due.</summary>
    [Fact(Explicit = true)]
    public async Task A_tick_among_ten_thousand_attachments()
    {
        var sources = new List<Guid>();
        for (var n = 0; n < 100; n++)
            sources.Add(await bench.AddSourceAsync($"source {n} {Guid.NewGuid():N}"));
        for (var n = 0; n < 100; n++)
        {
            var policy = await bench.AddPolicyAsync(input => input.Cron = "0 0 1 1 *");
            await using var db = bench.Database();
            var attached = await db.Set<DataSource>().Where(s => sources.Contains(s.Id)).ToListAsync(Cancel);
            db.AddRange(attached.Select(s => PolicyAttachment.Create(policy, s, enabled: true, priority: 0, bench.Clock.GetUtcNow())));
            await db.SaveChangesAsync(Cancel);
        }

        var (first, due) = (await AttachAsync(), await AttachAsync());
        await Runner.RunAsync(Cancel);
        bench.Clock.Advance(TimeSpan.FromMinutes(2));
        await Runner.TickAsync(first.PolicyId, Cancel);
        var watch = Stopwatch.StartNew();
        await Runner.TickAsync(due.PolicyId, Cancel);
        var tick = watch.Elapsed;
        watch.Restart();
        await Runner.RunAsync(Cancel);
        var report = string.Create(
            CultureInfo.InvariantCulture,
            $"10,000 attachments: a tick {tick.TotalMilliseconds:0} ms, all of them {watch.ElapsedMilliseconds} ms");

        TestContext.Current.TestOutputHelper?.WriteLine(report);
        TestContext.Current.SendDiagnosticMessage(report);
        Assert.Equal(1, await JobsAsync(due));
    }

    /// <summary>A source of its own with a policy of every minute.</summary>
    private async Task<PolicyAttachment> AttachAsync()
    {
        var source = await bench.AddSourceAsync($"source {Guid.NewGuid():N}");
        var policy = await bench.AddPolicyAsync(input => input.Cron = "*/2 * * * *");
        await using var db = bench.Database();
        return await bench.Attachments(db).AttachAsync(source, policy.Id, enabled: true, priority: 0, Cancel);
    }

    private PauseDataSource Pause(AppDbContext db) => new(db, PolicyBench.Log(db), bench.Clock);

    private async Task<int> JobsAsync(PolicyAttachment attachment)
    {
        await using var db = bench.Database();
        return await db.Set<BackupJob>().CountAsync(j => j.AttachmentId == attachment.Id && j.Status == RunStatus.Queued, Cancel);
    }
}
