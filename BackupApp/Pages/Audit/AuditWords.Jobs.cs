using BackupApp.Audit;
using BackupApp.Data;

namespace BackupApp.Pages.Audit;

public static partial class AuditWords
{
    private static Dictionary<string, AuditWord> OfBackups => new()
    {
        [AuditActions.BackupQueued] = new(
            "Backup queued", f => "queued a backup of {0}" + If(f.Text("policy"), policy => $" by {policy}")),
        [AuditActions.BackupManualRun] = new(
            "Backup asked for", f => "asked for a backup of {0}" + If(f.Text("destination"), to => $" to {to}")),
        [AuditActions.BackupStarted] = new("Backup started", "started the backup of {0}"),
        [AuditActions.BackupCompleted] = new(
            "Backup made",
            f => "made a backup of {0}" + (f.Number("bytesStored") is > 0 and var bytes ? $", {ByteSize.Words(bytes)} stored" : "")
                + (f.Text("summary") is { } summary ? $". {summary.TrimEnd('.')}" : "")),
        [AuditActions.BackupFailed] = new("Backup failed", f => "could not back up {0}" + Reason(f)),
        [AuditActions.BackupCanceled] = new("Backup canceled", f => f.Text("reason") switch
        {
            "paused" => "canceled the backup of {0} that waited, because it was paused",
            "shutdown" => "ended the backup of {0}, because its worker was stopped",
            _ => "canceled the backup of {0}",
        }),
        [AuditActions.BackupMissed] = new(
            "Runs missed",
            f => $"missed {Ui.Quantity.Count(f.Number("count") ?? 1, "run")} of {f.Text("policy") ?? "a policy"} for {{0}}"
                + If(f.Text("problem"), problem => $": {problem.TrimEnd('.')}")),
        [AuditActions.BackupSkipped] = new(
            "Run skipped",
            f => $"skipped a run of {f.Text("policy") ?? "a policy"} for {{0}}, because the one before was still running"),
        [AuditActions.BackupPinned] = new(
            "Backup pinned", f => f.IsFalse("pinned") ? "unpinned a backup of {0}" : "pinned a backup of {0}"),
        [AuditActions.BackupWarningSilenced] = new(
            "Changed contents were meant",
            f => "said that the changed contents of {0} were meant" + If(f.Text("why"), why => $", because: {why}")),
        [AuditActions.BackupDamaged] = new(
            "Backup damaged", f => "found a stored backup of {0} damaged" + If(f.Text("what"), what => $": {what.TrimEnd('.')}")),
        [AuditActions.BackupFoundAgain] = new("Backup found again", "found a stored backup of {0} good again"),
        [AuditActions.BackupDeleted] = new(
            "Backup deleted",
            f => f.Text("reason") == "destination_deleted"
                ? "forgot a backup of {0} with its destination"
                : "deleted a backup of {0}"),
        [AuditActions.BackupExpired] = new("Backup expired", "let a backup of {0} expire, as its policy says"),
        [AuditActions.BackupDeleteFailed] = new(
            "Deleting failed", f => "could not delete a backup of {0}" + If(f.Text("error"), error => $": {error.TrimEnd('.')}")),
        [AuditActions.BackupReapedStuck] = new(
            "Backup given up", "gave up a backup of {0}, whose worker had vanished"),
        [AuditActions.BackupReapedHealed] = new(
            "Backup saved", "saved a backup of {0}, whose worker had vanished after all of it was stored"),
        [AuditActions.BackupReapedOrphanCleaned] = new(
            "Leftovers removed", "removed what an ended backup of {0} had left at its destination"),
        [AuditActions.BackupDownloadLinkGenerated] = new("Download link made", "made a link to download a backup of {0}"),
        [AuditActions.BackupDownloaded] = new(
            "Backup downloaded",
            f => "downloaded a backup of {0}" + If(f.Text("mintedBy"), by => $" by a link of {by}")),
    };

    private static Dictionary<string, AuditWord> OfRestores => new()
    {
        [AuditActions.RestoreCreated] = new("Restore asked for", "asked for a restore of {0}"),
        [AuditActions.RestoreStarted] = new("Restore started", f => "started the restore of {0}" + Into(f)),
        [AuditActions.RestoreCompleted] = new(
            "Restore done", f => "restored {0}" + If(f.Text("targetDatabase"), database => $" into {database}")),
        [AuditActions.RestoreFailed] = new("Restore failed", f => "could not restore {0}" + Reason(f)),
        [AuditActions.RestoreCanceled] = new("Restore canceled", "canceled the restore of {0}"),
        [AuditActions.RestoreReapedStuck] = new("Restore given up", "gave up a restore of {0}, whose worker had vanished"),
        [AuditActions.RestoreUndone] = new(
            "Restore undone",
            f => f.IsFalse("isUndo")
                ? "put the restored database of {0} in place"
                : "put the database of {0} from before the restore back"),
        [AuditActions.RestoreKeptDropped] = new(
            "Database beside dropped", f => $"dropped {f.Text("database") ?? "the database"}, kept beside a restore of {{0}}"),
        [AuditActions.RestoreLogLinkGenerated] = new("Link to a restore's log made", "made a link to the log of a restore of {0}"),
    };

    private static string Reason(AuditFacts facts) => If(facts.Text("summary"), summary => $": {summary.TrimEnd('.')}");

    private static string Into(AuditFacts facts) => If(facts.Text("target"), target => $" into {target}");
}
