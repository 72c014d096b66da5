using BackupApp.Engines;
using BackupApp.Engines.Restores;

namespace BackupApp.Restores;

/// <summary>What a restore came to, as it is kept for its page.</summary>
/// <param name="Tables">How many were counted.</param>
/// <param name="Rows">Of all of them.</param>
/// <param name="Largest">Those with the most rows.</param>
/// <param name="Next">What people may want to run next.</param>
public sealed record RestoreResult(int Tables, long Rows, IReadOnlyList<RestoredTable> Largest, IReadOnlyList<RestoreStep> Next)
{
    private const int Shown = 100;

    public static RestoreResult Of(RestoreReport report) => new(
        report.Tables.Count,
        report.Rows,
        [.. report.Tables.OrderByDescending(t => t.Rows).ThenBy(t => t.Schema).ThenBy(t => t.Name).Take(Shown)],
        report.Next);
}
