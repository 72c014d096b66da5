using BackupApp.Errors;
using BackupApp.Inventories;
using BackupApp.Inventories.Changes;
using BackupApp.Tools;

namespace BackupApp.Backups;

/// <summary>What a reading means for the backup it is of, once the tool has ended well.</summary>
internal static class ArchiveJudgement
{
    public const string Damaged = "archive_damaged";

    /// <summary>What people must know of it; null for nothing.</summary>
    /// <param name="program">The tool, for people.</param>
    /// <param name="failsBackups">See <see cref="InventoryOptions.FailsBackups"/>.</param>
    /// <exception cref="DumpFailedException">The archive ends before its end.</exception>
    public static string? Note(ArchiveReading reading, string program, bool failsBackups)
    {
        if (reading is not ArchiveReading.Damaged damage)
            return null;
        var tool = Path.GetFileName(program);
        var what = What(damage);
        if (damage.EndsEarly && failsBackups)
            throw new DumpFailedException(
                RunStage.Dump, Damaged, $"{tool} reported success, but what it wrote is not a whole archive. {what}.");
        // What only makes no sense may be beyond the reader; what is missing is missing.
        return damage.EndsEarly
            ? $"Look at this backup before you trust it: what {tool} wrote is not a whole archive. {what}."
            : $"Look at this backup before you trust it: what {tool} wrote could not be understood to its end. {what}.";
    }

    /// <summary>The same for the source's state, until somebody has looked at it.</summary>
    public static FoundWarning Warning(ArchiveReading.Damaged damage) => new(
        WarningRule.ArchiveNotUnderstood, "", "", 0, 0,
        $"{(damage.EndsEarly ? "The archive is not whole" : "The archive could not be understood to its end")}: {What(damage)}");

    private static string What(ArchiveReading.Damaged damage) => ShellWord.Show($"{damage.What.TrimEnd('.')}, {damage.Where}");
}
