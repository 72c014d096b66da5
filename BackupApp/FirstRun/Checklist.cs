using BackupApp.Data;

namespace BackupApp.FirstRun;

/// <summary>One item as it stands.</summary>
/// <param name="Sentence">What shows that it is done, or what is to do.</param>
/// <param name="Href">Where to do it; null where it is done.</param>
/// <param name="Action">What the link says.</param>
/// <param name="Mark">That it is not needed, or that somebody showed it; null for neither.</param>
public sealed record ChecklistLine(
    ChecklistItem Item, string Title, bool IsDone, string Sentence, string? Href, string? Action, ChecklistMark? Mark)
{
    public bool IsNotNeeded => Mark?.NotNeededBecause is not null;

    /// <summary>Nothing is left to do.</summary>
    public bool IsSettled => IsDone || IsNotNeeded;
}

/// <summary>What is left to do until the installation can be relied on. Pure: evidence and marks decide.</summary>
public sealed record Checklist(IReadOnlyList<ChecklistLine> Lines)
{
    public int Settled => Lines.Count(line => line.IsSettled);

    public bool IsComplete => Settled == Lines.Count;

    public static Checklist Of(ChecklistEvidence evidence, IReadOnlyCollection<ChecklistMark> marks) => new(
    [
        .. Enum.GetValues<ChecklistItem>()
            .Select(item => Line(item, evidence, marks.FirstOrDefault(m => m.Item == item))),
    ]);

    public static string TitleOf(ChecklistItem item) => item switch
    {
        ChecklistItem.FirstBackup => "A first good backup",
        ChecklistItem.Schedule => "A schedule",
        ChecklistItem.OffHost => "A destination off this machine",
        ChecklistItem.AlertReceived => "An alert that arrived",
        ChecklistItem.MasterKeyCopy => "A copy of the master key",
        ChecklistItem.ReadyToRestore => "Ready to restore",
        ChecklistItem.SecondAdministrator => "A second administrator",
        _ => "Two-factor sign-in",
    };

    /// <summary>The title in the middle of a sentence.</summary>
    public static string WordsOf(ChecklistItem item) => char.ToLowerInvariant(TitleOf(item)[0]) + TitleOf(item)[1..];

    private static ChecklistLine Line(ChecklistItem item, ChecklistEvidence seen, ChecklistMark? mark)
    {
        var (isDone, sentence, href, action) = item switch
        {
            ChecklistItem.FirstBackup => FirstBackup(seen),
            ChecklistItem.Schedule => Schedule(seen),
            ChecklistItem.OffHost => OffHost(seen),
            ChecklistItem.AlertReceived => AlertReceived(seen),
            ChecklistItem.MasterKeyCopy => MasterKeyCopy(mark),
            ChecklistItem.ReadyToRestore => ReadyToRestore(seen),
            ChecklistItem.SecondAdministrator => SecondAdministrator(seen),
            _ => TwoFactor(seen),
        };
        return new(item, TitleOf(item), isDone, sentence, isDone ? null : href, isDone ? null : action, mark);
    }

    private static Evidenced FirstBackup(ChecklistEvidence seen) => seen.FirstBackupAt is { } at
        ? new(true, $"Made on {UtcWords.Of(at)}.")
        : new(false, "No backup has ended well yet.", "/Protect", "Protect a database");

    private static Evidenced Schedule(ChecklistEvidence seen) => seen.HasSchedule
        ? new(true, "Backups run by themselves.")
        : new(
            false,
            seen.HasSources ? "No policy runs on any data source: backups are made by hand only." : "Nothing runs by itself yet.",
            seen.HasSources ? "/DataSources" : "/Protect",
            seen.HasSources ? "Attach a policy to a data source" : "Protect a database");

    private static Evidenced OffHost(ChecklistEvidence seen) => seen.Elsewhere is { } name
        ? new(true, $"A schedule writes to {name}.")
        : seen.UnusedElsewhere is { } idle
            ? new(
                false,
                $"{idle} works, but no schedule writes to it.",
                "/Policies",
                "Choose it in a policy")
            : new(
                false,
                "What takes this machine away takes its backups along.",
                "/Destinations/Create",
                "Add an S3 bucket");

    private static Evidenced AlertReceived(ChecklistEvidence seen) => seen.ConfirmedChannel is { } name
        ? new(true, $"A test by {name} was received.")
        : new(
            false,
            seen.HasChannel ? "Send a test, and follow the link in it: nothing else shows that alerts arrive."
                : "When a backup is missing, nobody learns it who does not look here.",
            "/Channels",
            seen.HasChannel ? "Send a test" : "Add a channel");

    private static Evidenced MasterKeyCopy(ChecklistMark? mark) => mark is { NotNeededBecause: null }
        ? new(true, $"Shown by {mark.MarkedBy ?? "somebody"} on {UtcWords.Of(mark.MarkedAt)}.")
        : new(
            false,
            "Without it nobody can read the stored passwords after a restore of BackupApp itself. Keep a copy elsewhere.",
            "/MasterKey",
            "Make a copy");

    private static Evidenced ReadyToRestore(ChecklistEvidence seen) => seen.ReadySource is { } name
        ? new(true, $"{name} could be restored today.")
        : new(
            false,
            seen.NotReady ?? "No data source is known to be restorable yet: test its connection.",
            seen.HasSources ? "/DataSources" : "/Protect",
            seen.HasSources ? "See the data sources" : "Protect a database");

    private static Evidenced SecondAdministrator(ChecklistEvidence seen) => seen.Administrators > 1
        ? new(true, $"{seen.Administrators} people may administer BackupApp.")
        : new(false, "One lost telephone locks everybody out.", "/Users/Invite", "Invite somebody");

    private static Evidenced TwoFactor(ChecklistEvidence seen) => seen.Administrators > 0 && seen.WithTwoFactor == seen.Administrators
        ? new(true, "Every administrator has it switched on.")
        : new(
            false,
            seen.Administrators == 1 ? "A password alone opens all backups."
                : $"{seen.WithTwoFactor} of {seen.Administrators} administrators have it switched on.",
            "/Identity/Account/Manage/EnableAuthenticator",
            "Switch it on");

    private readonly record struct Evidenced(bool IsDone, string Sentence, string? Href = null, string? Action = null);
}
