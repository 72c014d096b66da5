using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Policies;
using BackupApp.Protection.Uncovered;
using BackupApp.Retention;
using BackupApp.Runs;
using BackupApp.Stored.Scan;
using Hangfire;
using Hangfire.Storage;
using Microsoft.Extensions.Options;

namespace BackupApp.Hosting;

/// <summary>
/// Registers what runs by the clock; unchanged entries keep their next run. In the background and patiently: a
/// process that was killed or frozen while it held one of Hangfire's locks must not keep this one from starting.
/// </summary>
public sealed partial class RecurringWork(
    IRecurringJobManager recurring, JobStorage storage, IOptions<RunOptions> options, TimeProvider time, ILogger<RecurringWork> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    // What somebody deleted from Hangfire's tables is back by then; whoever looks for troubles waits about as long.
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Longest = TimeSpan.FromDays(2);

    private static readonly string[] Ids =
    [
        ReaperWorker.Id, ScheduleWorker.ReconcileId, RetentionWorker.Id, DestinationScanner.Id, ReadinessWorker.Id, UncoveredRound.Id,
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                // Hangfire waits for its locks on the calling thread.
                await Task.Run(Register, stoppingToken);
                await Task.Delay(Rest, time, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // Whatever it was: what gets out of here ends the whole process.
                LogNotRegistered(e);
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    private void Register()
    {
        RemoveFarOnes();
        // Beside the clock, and not among what slow stores may hold up for hours: it sees to vanished workers and lost messages.
        recurring.AddOrUpdate<ReaperWorker>(
            ReaperWorker.Id,
            HangfireSetup.Clock,
            worker => worker.RunAsync(CancellationToken.None),
            Every(options.Value.ReaperInterval));
        // Of versions before: the reaper calls it where something is due.
        recurring.RemoveIfExists("deletions");
        recurring.AddOrUpdate<ScheduleWorker>(
            ScheduleWorker.ReconcileId, HangfireSetup.Clock, worker => worker.ReconcileAsync(CancellationToken.None), Cron.Minutely);
        recurring.AddOrUpdate<RetentionWorker>(
            RetentionWorker.Id,
            HangfireSetup.Control,
            worker => worker.RunAsync(CancellationToken.None),
            Cron.Hourly);
        recurring.AddOrUpdate<DestinationScanner>(
            DestinationScanner.Id,
            HangfireSetup.Control,
            worker => worker.RunAsync(CancellationToken.None),
            "40 4 * * *");
        recurring.AddOrUpdate<ReadinessWorker>(
            ReadinessWorker.Id,
            HangfireSetup.Control,
            worker => worker.RunAsync(CancellationToken.None),
            "20 5 * * *");
        recurring.AddOrUpdate<UncoveredRound>(
            UncoveredRound.Id, HangfireSetup.Control, round => round.RunAsync(CancellationToken.None), "10 5 * * *");
    }

    // All of it comes once a day at least. What is due later was reckoned by a clock that was ahead, and would rest until then.
    private void RemoveFarOnes()
    {
        using var connection = storage.GetReadOnlyConnection();
        var latest = time.GetUtcNow().UtcDateTime + Longest;
        foreach (var entry in connection.GetRecurringJobs(Ids).Where(entry => entry.NextExecution > latest))
            recurring.RemoveIfExists(entry.Id);
    }

    private static string Every(int seconds) => seconds < 60 ? $"*/{seconds} * * * * *" : Cron.Minutely();

    [LoggerMessage(
        LogLevel.Warning,
        "The recurring work could not be registered yet: "
        + "another process holds Hangfire's lock, or the database is away. It is tried again")]
    private partial void LogNotRegistered(Exception exception);
}
