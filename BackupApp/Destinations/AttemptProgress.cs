using System.Text.Json;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Destinations;

/// <summary>Writes down how an attempt goes and how it ends, for the pages that look.</summary>
internal sealed partial class AttemptProgress(IServiceScopeFactory scopes, TimeProvider time, ILogger<DestinationAttempts> logger)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    public async Task BeatAsync(Guid id, Func<DestinationTestProgress?> latest, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var progress = latest();
                await ChangeAsync(id, rows => rows.ExecuteUpdateAsync(
                    set => set.SetProperty(a => a.BeatAt, time.GetUtcNow())
                        .SetProperty(a => a.Step, progress == null ? DestinationTestStep.Upload : progress.Step)
                        .SetProperty(a => a.Sent, progress == null ? 0 : progress.Sent),
                    cancellationToken));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            // The test itself goes on; only its progress is not to be seen.
            LogFailed(e);
        }
    }

    public Task EndAsync(Guid id, AttemptOutcome outcome)
    {
        var problems = outcome.Problems is null ? null : JsonSerializer.Serialize(outcome.Problems);
        return ChangeAsync(id, rows => rows.ExecuteUpdateAsync(
            set => set.SetProperty(a => a.FinishedAt, time.GetUtcNow())
                .SetProperty(a => a.Ok, outcome.Ok)
                .SetProperty(a => a.Saved, outcome.Saved)
                .SetProperty(a => a.Message, outcome.Message)
                .SetProperty(a => a.Problems, problems)
                .SetProperty(a => a.DestinationId, a => outcome.DestinationId ?? a.DestinationId),
            CancellationToken.None));
    }

    private async Task ChangeAsync(Guid id, Func<IQueryable<DestinationAttempt>, Task> change)
    {
        await using var scope = scopes.CreateAsyncScope();
        await change(scope.ServiceProvider.GetRequiredService<AppDbContext>().Set<DestinationAttempt>().Where(a => a.Id == id));
    }

    [LoggerMessage(LogLevel.Error, "The test of a destination failed")]
    private partial void LogFailed(Exception exception);
}
