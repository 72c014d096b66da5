using System.Globalization;
using BackupApp.Runs;

namespace BackupApp.Pings;

/// <summary>A scheduled run of a policy, as far as a monitor wants to know of it.</summary>
/// <param name="Round">What it was scheduled for: the same for all sources of the policy.</param>
/// <param name="Error">In words; null where it went well.</param>
public sealed record PingedRun(
    string Source, DateTimeOffset Round, RunStatus Status, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt,
    string? Error);

/// <summary>
/// What a policy's monitor has to be told. A policy runs for all its sources at a time, which is one round to the monitor: it starts
/// with the first of them, fails with the first that fails, and succeeds once all have. Else the success of one source would hide the
/// failure of another. A pure function.
/// </summary>
public static class PingPlan
{
    // The jobs of one round are made one after the other: so long after the newest none is missing.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    // A row may be committed some time after the moment that it carries.
    private static readonly TimeSpan Late = TimeSpan.FromHours(1);

    /// <param name="told">What is told already.</param>
    /// <returns>What is due, oldest first, and from when on runs have to be looked at the next time.</returns>
    public static (IReadOnlyList<PlannedPing> Due, DateTimeOffset RunsFrom) Make(
        IEnumerable<PingedRun> runs, IReadOnlySet<(DateTimeOffset Round, PingState State)> told, DateTimeOffset now)
    {
        var due = new List<PlannedPing>();
        var from = now - Late;
        foreach (var round in runs.GroupBy(r => r.Round).OrderBy(g => g.Key))
        {
            var all = round.ToList();
            if (Of(round.Key, all, now) is { } ping && !told.Contains((ping.Round, ping.State)))
                due.Add(ping);
            if (all.Exists(r => r.FinishedAt is null) && all.Min(r => r.CreatedAt) is var first && first < from)
                from = first;
        }

        return (due, from);
    }

    // Of what is over nobody needs to know any more that it began.
    private static PlannedPing? Of(DateTimeOffset round, List<PingedRun> runs, DateTimeOffset now)
    {
        var began = runs.Min(r => r.StartedAt);
        var bad = runs.Where(r => r is { FinishedAt: not null, Status: not RunStatus.Success }).OrderBy(r => r.FinishedAt).ToList();
        if (bad.Count > 0)
        {
            var took = bad[0].FinishedAt!.Value - (began ?? bad[0].CreatedAt);
            var what = $"{Count(bad.Count, runs.Count)} failed after {Seconds(took)}";
            return new PlannedPing(round, PingState.Fail, $"{what}\n{bad[0].Source}: {FirstLine(bad[0])}", took);
        }

        if (began is not { } start)
            return null;
        if (runs.Exists(r => r.FinishedAt is null) || now < runs.Max(r => r.CreatedAt) + Settling)
            return new PlannedPing(round, PingState.Start);
        var whole = runs.Max(r => r.FinishedAt!.Value) - start;
        return new PlannedPing(round, PingState.Success, $"{Count(runs.Count, runs.Count)} succeeded in {Seconds(whole)}", whole);
    }

    private static string Count(int some, int all) => all == 1 ? "The backup" : $"{some} of {all} backups";

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");

    private static string FirstLine(PingedRun run) => (run.Error ?? $"{run.Status}").Split('\n', 2)[0].Trim();
}
