using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Engines.Restores;

namespace BackupApp.Restores;

/// <summary>Whose login restores.</summary>
public enum TargetLogin
{
    /// <summary>One that was given for this restore; it lives as long as the restore.</summary>
    Given,

    /// <summary>The one that the source is backed up with.</summary>
    Source,

    /// <summary>The source's second one, for restores only.</summary>
    RestoreLogin,
}

/// <summary>A restore that has been thought through, but not begun.</summary>
/// <param name="Target">Secrets in clear only where <paramref name="Login"/> is <see cref="TargetLogin.Given"/>.</param>
/// <param name="Database">The name that the database has in the end.</param>
public sealed record RestorePlan(
    RestoreMode Mode, DataSource Source, BackupJob Backup, BackupArtifact Artifact, TargetLogin Login, DatabaseConnection Target,
        string Database)
{
    public RestoreSelection Selection { get; init; } = RestoreSelection.Everything;

    public bool GoOnPastErrors { get; init; }

    public bool SwapPartial { get; init; }

    /// <summary>A backup of what is replaced is taken first: the engine cannot keep it.</summary>
    public bool TakesSafety { get; init; }

    /// <summary>Of a whole server the parts that are restored, roles first; none where it is one part alone.</summary>
    public IReadOnlyList<BackupArtifact> Parts { get; init; } = [];

    public bool IsWholeServer => Parts.Count > 0;

    public string TargetRef => TargetNames.Show(Target);
}

/// <summary>A restore as asked for, in the UI and by API.</summary>
public sealed class RestoreInput
{
    public Guid? DataSourceId { get; set; }

    public Guid? SourceBackupId { get; set; }

    /// <summary>Null where the backup has only one part.</summary>
    public Guid? ArtifactId { get; set; }

    public RestoreMode? Mode { get; set; }

    /// <summary>
    /// The server, with a login. For <see cref="RestoreMode.Overwrite"/> another login for the source's own database; empty for the
    /// stored one.
    /// </summary>
    public string? TargetUri { get; set; }

    /// <summary>With <see cref="RestoreMode.NewDatabase"/>: at the source's own server, with its own login.</summary>
    public bool UseSourceLogin { get; set; }

    public string? TargetDatabase { get; set; }

    /// <summary>The name of the database that is replaced, or that belongs to a data source, typed by whoever means it.</summary>
    public string? Confirmation { get; set; }

    /// <summary>A program says so by this, instead of typing the name.</summary>
    public bool ConfirmOverwrite { get; set; }

    public bool GoOnPastErrors { get; set; }

    public bool SwapPartial { get; set; }

    /// <summary>
    /// Of an overwrite that keeps nothing of what it replaces: not even a backup of it is taken first. For Administrators, which is the
    /// caller's to check.
    /// </summary>
    public bool WithoutSafetyBackup { get; set; }

    /// <summary>As <c>schema.table</c>; none for everything.</summary>
    public IReadOnlyList<PickedTable> Tables { get; set; } = [];

    public IReadOnlyList<string> Schemas { get; set; } = [];

    /// <summary>
    /// Of a whole server with <see cref="RestoreMode.NewServer"/> and without <see cref="ArtifactId"/>: only these databases, after roles
    /// and tablespaces. Empty for all.
    /// </summary>
    public IReadOnlyList<string> Databases { get; set; } = [];

    /// <summary>The same by parts: exactly these.</summary>
    public IReadOnlyList<Guid> ArtifactIds { get; set; } = [];
}
