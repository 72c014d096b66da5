using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Pages.Ui.Lists;

namespace BackupApp.Pages.Audit;

/// <summary>The audit log as a file of comma-separated values: the sentence, and all that is published of an entry. Times in UTC.</summary>
public static class AuditCsv
{
    public const string Head = "time,actor_type,actor,sentence,action,target_type,target_id,target,ip,user_agent,details,id";

    public static string Of(AuditEntry entry) => Csv.Line(
        Csv.Time(entry.CreatedAt),
        entry.ActorType.ToSnakeCase(),
        Csv.Text(entry.ActorName),
        Csv.Text(AuditSentence.Of(entry).Text),
        Csv.Text(entry.Action),
        Csv.Text(entry.TargetType),
        entry.TargetId?.ToString() ?? "",
        Csv.Text(entry.TargetName),
        entry.Ip?.ToString() ?? "",
        Csv.Text(entry.UserAgent),
        Csv.Text(entry.Metadata),
        entry.Id.ToString());
}
