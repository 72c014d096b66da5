using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Pages.Ui;

namespace BackupApp.Pages.DataSources;

/// <summary>A source, and what would happen to it.</summary>
/// <param name="Policies">Names of those that are attached, the one for "Run now" first.</param>
/// <param name="RunsBy">Of an enabled policy: the one that "Run now" takes; null for none.</param>
/// <param name="Kept">Backups that are stored.</param>
/// <param name="Active">Jobs that are queued or running.</param>
public sealed record BulkRow(DataSource Source, IReadOnlyList<string> Policies, string? RunsBy, int Kept, long KeptBytes, int Active)
{
    /// <summary>False where there is nothing to do, and <see cref="Effect"/> says why.</summary>
    public bool IsDone(BulkAction action) => action switch
    {
        BulkAction.Run => Source.IsActive && Source.HasCredentials,
        BulkAction.Resume => !Source.IsActive,
        _ => true,
    };

    /// <summary>What will happen, in a sentence.</summary>
    public string Effect(BulkAction action) => action switch
    {
        BulkAction.Run => Run(),
        BulkAction.Attach => Policies.Count == 0 ? "Gets its first policy." : $"Gets it besides {Listed(Policies)}.",
        BulkAction.Pause => Pause(),
        BulkAction.Resume => Source.IsActive ? "Stays as it is: it is not paused." : "Runs by its schedules again, from the next one on.",
        _ => Delete(),
    };

    private string Run()
    {
        if (!Source.IsActive)
            return "Is left out: it is paused.";
        if (!Source.HasCredentials)
            return "Is left out: it waits for credentials.";
        return RunsBy is { } policy
            ? $"Is backed up by {policy}."
            : "Is backed up to the server's own storage and kept until somebody deletes it.";
    }

    private string Pause()
    {
        var schedules = Policies.Count == 0 ? "It cannot be backed up" : $"{Listed(Policies)} will not run";
        var active = Active == 0 ? "" : " A backup that waits is canceled; one that runs finishes.";
        return Source.IsActive ? $"{schedules} until it is resumed.{active}" : "Is paused already, and gets these terms.";
    }

    private string Delete()
    {
        var kept = Kept == 0
            ? "Nothing of it is stored."
            : $"{Quantity.Count(Kept, "backup")} ({ByteSize.Words(KeptBytes)}) stay until somebody deletes them.";
        var active = Active switch
        {
            0 => "",
            1 => " 1 job that waits or runs is canceled.",
            _ => $" {Active} jobs that wait or run are canceled.",
        };
        return $"Its login is destroyed. {kept}{active}";
    }

    private static string Listed(IReadOnlyList<string> names) => names.Count <= 2
        ? string.Join(" and ", names)
        : $"{names[0]} and {names.Count - 1} others";
}
