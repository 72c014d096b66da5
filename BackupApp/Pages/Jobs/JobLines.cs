using BackupApp.Data;
using BackupApp.History;
using BackupApp.Pages.Ui.Lists;

namespace BackupApp.Pages.Jobs;

/// <summary>The history as a file of comma-separated values. Sizes in bytes, spans in seconds, times in UTC.</summary>
public static class JobLines
{
    public const string Head =
        "created,started,finished,seconds,data_source,status,asked_for,destination,bytes_read,bytes_stored,error,"
        + "deleted,deletion_reason,id";

    public static string Of(JobRow job) => Csv.Line(
        Csv.Time(job.CreatedAt),
        Csv.Time(job.StartedAt),
        Csv.Time(job.FinishedAt),
        Csv.Value(job.Duration?.TotalSeconds),
        Csv.Text(job.DataSourceName),
        job.Status.ToSnakeCase(),
        job.Trigger.ToSnakeCase(),
        Csv.Text(job.DestinationName),
        Csv.Value(job.BytesRead),
        Csv.Value(job.Stored),
        Csv.Text(job.ErrorSummary),
        Csv.Time(job.DeletionMarkedAt),
        job.DeletionReason?.ToSnakeCase() ?? "",
        job.Id.ToString());
}
