using System.ComponentModel.DataAnnotations;
using BackupApp.Backups;
using BackupApp.History;
using BackupApp.Runs;

namespace BackupApp.Api;

internal class BackupFilterQuery : ListQuery
{
    public RunStatus? Status { get; init; }

    public BackupTrigger? Trigger { get; init; }

    public Guid? PolicyId { get; init; }

    /// <summary>Created at or after.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Created before.</summary>
    public DateTimeOffset? Until { get; init; }

    public JobFilter ToFilter(Guid? source) => new(source, Status, Trigger, PolicyId, Since, Until);
}

internal sealed class BackupsQuery : BackupFilterQuery
{
    /// <summary>Only of these; others that do not exist are ignored.</summary>
    public Guid[] DatasourceIDs { get; init; } = [];

    /// <summary>As <c>key=value</c>, of the data source or one of its policies as they are now. Several: all of them.</summary>
    public string[] Label { get; init; } = [];
}

internal sealed class BackupHistoryQuery
{
    [Range(1, BackupTrend.MaxDays)]
    public int Days { get; init; } = 30;
}
