using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Errors;

namespace BackupApp.Restores;

/// <summary>What cannot be restored so, whatever the target says: known before anything is contacted.</summary>
internal static class PlanRules
{
    // MongoDB's collections are replaced one by one; a database that takes another's place has to have all that was in it.
    public static void RequireWhole(DataSource? source, RestoreInput input, Dictionary<string, string> problems)
    {
        if (source is { Engine: Engine.Postgres } && input.Mode == RestoreMode.Overwrite && input.Tables.Count + input.Schemas.Count > 0)
            problems[nameof(input.Mode)] = "What was picked would be all that is left of the database. Restore it beside it: the page of "
                + "the restore then shows how to put it back.";
    }

    // Nothing here feeds an archive of many databases to the tool, nor counts in more than one.
    public static void RequireOneDatabase(BackupArtifact? artifact, Dictionary<string, string> problems)
    {
        if (artifact is { Kind: ArtifactKind.Server })
            problems[nameof(RestoreInput.ArtifactId)] = "This is the archive of a whole MongoDB server, which BackupApp does not restore "
                + "by itself. The page of the backup shows the shell line that does; with --nsInclude='name.*' it restores one database.";
    }

    // What is replaced is backed up first, as the data source is: of another database that would be no way back.
    public static void RequireSameDatabase(DataSource source, BackupArtifact? artifact, Dictionary<string, string> problems)
    {
        if (artifact is not { Kind: ArtifactKind.Database } part
            || (source.Selection.Scope == SourceScope.Database && source.Database == part.Database))
            return;
        var now = source.Selection.Scope == SourceScope.Database ? $"the database {source.Database}" : "a whole server";
        problems[nameof(RestoreInput.Mode)] = $"This is a backup of {part.Database}, and the data source stands for {now} by now: the "
            + $"backup that is taken before anything is replaced would not be of {part.Database}. Restore it as a new database, or set the "
            + $"data source back to {part.Database} first.";
    }

    public static void RequireStored(BackupJob backup, BackupArtifact artifact)
    {
        if (backup.IsActive)
            throw new ConflictException("This backup has not ended yet.");
        if (backup.DeletionMarkedAt is not null)
            throw new ConflictException("This backup was deleted: there is nothing to restore.");
        if (!backup.HasBackup || artifact is not { Copy.StoredAt: not null, Sha256: not null, Size: not null })
            throw new ConflictException("This backup did not succeed: there is nothing to restore.");
    }
}
