using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Stored.Scan;

/// <summary>The counts of one look, and the first names.</summary>
internal sealed class ScanFindings
{
    private const int MaxExamples = 100;

    private readonly List<UnknownObject> _examples = [];

    public long Objects { get; private set; }

    public long Unknown { get; private set; }

    public long UnknownBytes { get; private set; }

    public long UnknownUploads { get; private set; }

    public IReadOnlyList<UnknownObject> Examples => _examples;

    public void Add(ObjectInfo[] listed, OwnedKeys owned)
    {
        Objects += listed.Length;
        foreach (var o in listed.Where(o => !owned.Contains(o.Key)))
        {
            Unknown++;
            UnknownBytes += o.Size;
            Note(new UnknownObject(o.Key, o.Size, o.ModifiedAt));
        }
    }

    public void Add(OpenUpload[] listed, OwnedKeys owned)
    {
        foreach (var u in listed.Where(u => !owned.Contains(u.Key)))
        {
            UnknownUploads++;
            Note(new UnknownObject(u.Key, null, u.StartedAt));
        }
    }

    private void Note(UnknownObject unknown)
    {
        if (_examples.Count < MaxExamples)
            _examples.Add(unknown);
    }
}

/// <summary>
/// Which of some keys belong to our jobs. A key carries its job's id, so that this asks by the
/// artifacts' index and not for every key there is.
/// </summary>
internal sealed class OwnedKeys
{
    private const int IdLength = 32;

    private readonly HashSet<string> _keys;

    private OwnedKeys(HashSet<string> keys) => _keys = keys;

    public bool Contains(string key) => _keys.Contains(WithoutSuffix(key));

    public static async Task<OwnedKeys> ReadAsync(
        AppDbContext db,
        StorageDestination destination,
        IEnumerable<string> listed,
        CancellationToken cancellationToken)
    {
        var byJob = listed.Select(WithoutSuffix).Distinct(StringComparer.Ordinal).ToLookup(JobOf);
        var jobs = byJob.Select(g => g.Key).OfType<Guid>().ToList();
        var artifacts = await db.Set<BackupArtifact>().AsNoTracking().Where(a => jobs.Contains(a.JobId))
            .Join(
                db.Set<BackupJob>(),
                a => a.JobId,
                j => j.Id,
                (artifact, job) => new { artifact, job.Status, job.DeletedAt, job.OnlyHidden })
            // What failed is ours for as long as the reaper looks after it; what was deleted is
            // ours no more, unless it could only be hidden.
            .Where(x => x.Status == RunStatus.Running
                || x.artifact.CleanupDueAt != null
                || (x.artifact.Copy.StoredAt != null && (x.DeletedAt == null || x.OnlyHidden)))
            .Select(x => new { x.artifact.JobId, x.artifact.Copy.Key, x.artifact.Copy.Bucket, x.artifact.Copy.DestinationId })
            .ToListAsync(cancellationToken);
        var owned = new HashSet<string>(StringComparer.Ordinal);
        foreach (var artifact in artifacts)
        {
            string[] keys = [artifact.Key, ObjectNames.ScriptKey(artifact.Key)];
            owned.UnionWith(byJob[artifact.JobId].Where(key =>
                artifact.DestinationId == destination.Id ? keys.Contains(key)
                // Another destination of ours, further down in the same bucket.
                : artifact.Bucket is not null
                    && artifact.Bucket == destination.Bucket
                    && keys.Any(k => key.EndsWith($"/{k}", StringComparison.Ordinal))));
        }

        return new OwnedKeys(owned);
    }

    private static string WithoutSuffix(string key) =>
        key.EndsWith(BackupManifest.Suffix, StringComparison.Ordinal) ? key[..^BackupManifest.Suffix.Length] : key;

    // All that is known of a foreign object is its name: …/20261123T021500Z_01a206f17943716292ae58aa5fc04235.dump.gz
    private static Guid? JobOf(string key)
    {
        var name = key[(key.LastIndexOf('/') + 1)..];
        var at = name.IndexOf('_', StringComparison.Ordinal) + 1;
        return at > 0 && name.Length >= at + IdLength && Guid.TryParseExact(name.AsSpan(at, IdLength), "N", out var id) ? id : null;
    }
}
