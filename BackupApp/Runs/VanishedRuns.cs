namespace BackupApp.Runs;

/// <summary>What becomes of a run whose worker vanished; one for each kind.</summary>
public interface IVanishedRuns<T>
    where T : Run
{
    /// <summary>Looks at what the worker left, and ends the run, or leaves it for a later round.</summary>
    /// <param name="taken">The reaper holds it.</param>
    Task DecideAsync(HeldRun taken, CancellationToken cancellationToken);
}

/// <summary>
/// Ends the runs of workers that vanished: takes each over, and only then has its kind look and decide. A worker
/// that was only asleep finds at its next heartbeat or at the fence that the run is not its own any more.
/// </summary>
public sealed class VanishedRuns<T>(RunLease<T> lease, SilentRuns<T> silent, IVanishedRuns<T> kind) : IReaperPart
    where T : Run
{
    public string Name => "vanished workers";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var run in silent.StillSo(await lease.FindSilentAsync(cancellationToken)))
        {
            var taker = new HeldRun(run.Id, Guid.CreateVersion7());
            if (await lease.TakeOverAsync(run, taker, cancellationToken))
                await kind.DecideAsync(taker, cancellationToken);
        }
    }
}
