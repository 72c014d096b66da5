namespace BackupApp.Alerts;

/// <summary>
/// Looks for what has to be told and sends what is due, with a timer of its own in every process: Hangfire may be what is dead.
/// </summary>
/// <typeparam name="TLook">A service that writes what is due; one round after another.</typeparam>
/// <typeparam name="TSender">A service that sends it; several rounds at once.</typeparam>
public abstract class SendingWorker<TLook, TSender>(IServiceScopeFactory scopes, TimeProvider time, TimeSpan interval) : BackgroundService
    where TLook : notnull
    where TSender : notnull
{
    // Each sends a handful; a receiver that is slow keeps its own round waiting, and no other.
    private const int MostRounds = 4;

    private readonly List<Task> _rounds = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var isAnythingDue = true; // Also where the look goes wrong: what was written before has to go out.
                await RunAsync<TLook>(async look => isAnythingDue = await LookAsync(look, stoppingToken), stoppingToken);
                _rounds.RemoveAll(round => round.IsCompleted);
                if (isAnythingDue && _rounds.Count < MostRounds)
                    _rounds.Add(RunAsync<TSender>(sender => SendAsync(sender, stoppingToken), stoppingToken));
            }
        }
        finally
        {
            await Task.WhenAll(_rounds);
        }
    }

    /// <returns>False where nothing can be due to be sent.</returns>
    protected abstract Task<bool> LookAsync(TLook look, CancellationToken cancellationToken);

    protected abstract Task SendAsync(TSender sender, CancellationToken cancellationToken);

    /// <summary>A round went wrong; the next one tries again.</summary>
    protected abstract void LogFailed(Exception exception);

    private async Task RunAsync<T>(Func<T, Task> act, CancellationToken cancellationToken)
        where T : notnull
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await act(scope.ServiceProvider.GetRequiredService<T>());
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return; // It stops.
        }
    }
}
