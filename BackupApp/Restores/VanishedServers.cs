using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Runs;

namespace BackupApp.Restores;

/// <summary>What became of a whole server's restore whose worker vanished: the target is asked about every part that was begun.</summary>
public sealed class VanishedServers(RestoreTransitions transitions, ServerRun run, EngineCatalog engines, TimeProvider time)
{
    /// <param name="lost">The failure of what was not restored.</param>
    /// <exception cref="Errors.StagedException">The target could not be asked about one of them: try again later.</exception>
    internal async Task<RestoreEnd> DecideAsync(
        ClaimedRestore job, DatabaseConnection target, RunOutcome lost, CancellationToken cancellationToken)
    {
        var (engine, orders, parts) = (engines.Of(job.Job.Engine).Restore, run.OrdersOf(job, target), job.Job.Parts!);
        foreach (var part in parts.All.Where(p => !p.IsThere && (p.Marks.Made is not null || !p.IsOver)))
        {
            var failed = part.IsOver ? part : part.Ended(lost);
            if (part.Marks.Made is null)
            {
                parts = parts.With(failed);
                continue;
            }

            var claim = await transitions.ReadPartAsync(job, part, cancellationToken);
            var remains = await SettleTime.WithinAsync(
                token => engine.SettleAsync(orders.Of(claim.Dump), part.Marks, token), time, cancellationToken);
            parts = parts.With(ServerEnd.Settled(failed, remains));
        }

        return ServerEnd.Of(parts, parts.ToOutcome(), engine.AfterServer);
    }

    /// <summary>When the target cannot be asked any more.</summary>
    internal static RestoreEnd GiveUp(ClaimedRestore job, RunOutcome lost)
    {
        var parts = job.Job.Parts!;
        foreach (var part in parts.All.Where(p => !p.IsOver))
            parts = parts.With(part.Ended(lost));
        return ServerEnd.Of(parts, parts.ToOutcome(), []);
    }
}
