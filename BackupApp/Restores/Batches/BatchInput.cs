using BackupApp.Engines.Restores;

namespace BackupApp.Restores.Batches;

/// <summary>Several restores as asked for, in the UI and by API: each into a database that does not exist yet.</summary>
public sealed class BatchInput
{
    /// <summary>More than anybody has on one server, and as many as one page shows.</summary>
    public const int Most = 200;

    /// <summary>In the order in which they run.</summary>
    public IReadOnlyList<BatchItem> Items { get; set; } = [];

    /// <summary>Each goes beside its own database, with the login that is stored for that.</summary>
    public bool IsBeside { get; set; }

    /// <summary>Else the one server that all go to, with a login.</summary>
    public string? TargetUri { get; set; }

    public bool GoOnPastErrors { get; set; }

    /// <summary>One of them, as it would be asked for alone.</summary>
    public RestoreInput ToInput(BatchItem item) => new()
    {
        DataSourceId = item.DataSourceId,
        SourceBackupId = item.BackupId,
        ArtifactId = item.ArtifactId,
        Mode = RestoreMode.NewDatabase,
        UseSourceLogin = IsBeside,
        TargetUri = IsBeside ? null : TargetUri,
        TargetDatabase = item.TargetDatabase,
        GoOnPastErrors = GoOnPastErrors,
    };
}

/// <param name="ArtifactId">Null where the backup has only one part.</param>
public sealed record BatchItem(Guid DataSourceId, Guid? BackupId, Guid? ArtifactId, string? TargetDatabase);
