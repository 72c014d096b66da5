using BackupApp.Backups;
using BackupApp.Engines;
using BackupApp.Engines.Restores;

namespace BackupApp.Restores;

/// <summary>Which parts of a whole server's backup are restored at once.</summary>
internal static class ServerChoice
{
    /// <returns>
    /// In the order in which they are restored, roles first; empty where the restore is of one part alone, or something is wrong.
    /// </returns>
    public static IReadOnlyList<BackupArtifact> Parts(BackupJob backup, RestoreInput input, Dictionary<string, string> problems)
    {
        var stored = backup.Artifacts.Where(a => a.Copy.StoredAt is not null).OrderBy(a => a.Position).ToList();
        var some = input.Databases.Count + input.ArtifactIds.Count > 0;
        if (input.Mode != RestoreMode.NewServer || input.ArtifactId is not null || (stored.Count < 2 && !some))
        {
            if (some)
                problems[Field(input)] = "Databases are chosen of a whole server's backup, for new_server and without artifactId.";
            return [];
        }

        if (input.Tables.Count + input.Schemas.Count > 0)
            problems[nameof(input.Tables)] = "Tables are picked of one database: choose its part of the backup.";
        return input.ArtifactIds.Count > 0 ? ByPart(stored, input, problems) : ByName(stored, input, problems);
    }

    private static List<BackupArtifact> ByPart(List<BackupArtifact> stored, RestoreInput input, Dictionary<string, string> problems)
    {
        if (input.ArtifactIds.Except(stored.Select(a => a.Id)).Any())
            problems[nameof(input.ArtifactIds)] = "This backup does not hold all of these parts.";
        return stored.FindAll(a => input.ArtifactIds.Contains(a.Id));
    }

    private static List<BackupArtifact> ByName(List<BackupArtifact> stored, RestoreInput input, Dictionary<string, string> problems)
    {
        var databases = stored.Where(a => a.Kind == ArtifactKind.Database).Select(a => a.Database).ToList();
        if (input.Databases.Except(databases).ToList() is { Count: > 0 } missing)
            problems[nameof(input.Databases)] = $"This backup does not hold {string.Join(", ", missing)}.";
        return input.Databases.Count == 0
            ? stored
            : stored.FindAll(a => a.Kind == ArtifactKind.Globals || input.Databases.Contains(a.Database));
    }

    private static string Field(RestoreInput input) => input.ArtifactIds.Count > 0 ? nameof(input.ArtifactIds) : nameof(input.Databases);
}
