using BackupApp.Engines.Restores;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>What is told of picked tables before anything is restored.</summary>
internal static class PickedChecks
{
    public static IReadOnlyList<TargetCheck> Of(PickedEntries picked)
    {
        if (picked.Entries.Count == 0)
        {
            return
            [
                ProbeChecks.Bad(
                    "nothing_picked", "This backup holds nothing of what was picked.", "Pick something else, or another backup."),
            ];
        }

        var tables = picked.Entries.Count(e => e.Kind == "TABLE DATA");
        return
        [
            ProbeChecks.Good(
                "picked",
                $"{ProbeChecks.Number(tables)} table{(tables == 1 ? "" : "s")} with rows, and what belongs to what was picked: "
                    + $"{ProbeChecks.Number(picked.Entries.Count)} entries of the backup."),
            .. picked.Notes().Select(note => ProbeChecks.Note("picked_note", note)),
        ];
    }
}
