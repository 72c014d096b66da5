using System.Text;
using BackupApp.Engines;

namespace BackupApp.Backups;

/// <summary>
/// The script that restores everything of a run of several artifacts. It lies at
/// <see cref="ObjectNames.ScriptKey"/>, and can be written again at any time.
/// </summary>
public static class RunScript
{
    public const string ContentType = "text/plain; charset=utf-8";

    /// <summary>Null where one command is enough, or nothing is stored.</summary>
    /// <param name="job">With its artifacts as they are in the database.</param>
    public static string? Of(BackupJob job, IEngine engine)
    {
        var artifacts = job.Artifacts.OrderBy(a => a.Position).ToList();
        var stored = artifacts.Where(a => a.Copy.StoredAt is not null).ToList();
        if (artifacts.Count < 2 || stored.Count == 0)
            return null;
        return engine.RestoreScript(new(
            job.DataSourceName,
            job.StartedAt ?? job.CreatedAt,
            job.Id,
            job.ServerVersion ?? "",
            stored.ConvertAll(Part),
            [.. artifacts.Except(stored).Select(a => a.Database)]));
    }

    internal static byte[]? Utf8(BackupJob job, IEngine engine) => Of(job, engine) is { } script ? Encoding.UTF8.GetBytes(script) : null;

    private static RestorablePart Part(BackupArtifact artifact) => new(
        artifact.Target,
        artifact.File,
        artifact.Copy.Key[(artifact.Copy.Key.IndexOf('/', StringComparison.Ordinal) + 1)..],
        Convert.ToHexStringLower(artifact.Sha256 ?? []),
        artifact.Traits);
}
