using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Inventories.Changes;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <summary>One thing that can be restored: a part of a backup.</summary>
/// <param name="Size">Bytes as stored.</param>
/// <param name="IsPartial">Other parts of the same backup failed.</param>
public sealed record RestorablePiece(
    Guid BackupId, Guid ArtifactId, ArtifactKind Kind, string Database, DateTimeOffset TakenAt, long Size, bool IsPartial)
{
    /// <summary>What somebody should look at before this backup is trusted, as sentences without a full stop.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why this one and not a newer one: <c>last before orders lost its rows</c>. Null where there is no reason to tell.</summary>
    public string? Why { get; init; }

    /// <summary>That its object is known to be gone or changed, without a full stop; null where nothing is known against it.</summary>
    public string? Damage { get; init; }

    /// <summary>Databases that should be in the same backup, and are not.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Those of a backup that are stored, in their order.</summary>
    public static IEnumerable<RestorablePiece> Of(BackupJob job) => job.Artifacts
        .Where(a => a.Copy.StoredAt is not null)
        .OrderBy(a => a.Position)
        .Select(a => new RestorablePiece(
            job.Id, a.Id, a.Kind, a.Database, job.StartedAt ?? job.CreatedAt, a.Size ?? 0, job.Status == RunStatus.Partial)
        {
            Damage = DamageOf(a),
            Missing = [.. job.Artifacts.Where(other => other.Copy.StoredAt is null).OrderBy(other => other.Position)
                .Select(other => other.Database)],
        });

    private static string? DamageOf(BackupArtifact artifact) => artifact.DamagedAt is null
        ? null
        : $"damaged: {(artifact.Damage ?? "what is stored of it is not what was written").TrimEnd('.')}";
}

/// <summary>A backup with open warnings, or one that is damaged.</summary>
public sealed record SuspectBackup(Guid Id, DateTimeOffset TakenAt, IReadOnlyList<string> Warnings);

/// <param name="Parts">The newest first; of a backup of a whole server all parts of the one that was chosen.</param>
public sealed record RestoreChoice(DataSource Source, IReadOnlyList<RestorablePiece> Parts)
{
    /// <summary>The backup to begin with: the newest about which nothing is open.</summary>
    public Guid? SuggestedBackup { get; init; }

    /// <summary>The newest backup, where it is not the one to begin with.</summary>
    public SuspectBackup? Newest { get; init; }

    public bool CanUseOwnLogin => Source is { DeletedAt: null, HasCredentials: true };

    /// <summary>They are the databases of one backup of a whole server.</summary>
    public bool IsServer => Parts.Count > 1 && Parts.All(p => p.BackupId == Parts[0].BackupId);

    /// <param name="artifact">The part that was clicked on.</param>
    /// <param name="database">Else the part of this database, of the backup to begin with.</param>
    public RestorablePiece? Find(Guid? artifact, string? database)
    {
        var first = Parts.Where(p => p.BackupId == SuggestedBackup).ToList();
        return Parts.FirstOrDefault(p => p.ArtifactId == artifact)
            ?? first.Find(p => p.Kind != ArtifactKind.Globals && p.Database == database)
            ?? (first is [var newest, ..] ? newest : null);
    }

    /// <summary>Which stored login restores, for people.</summary>
    public string StoredLogin => Source.HasRestoreLogin
        ? $"its login for restores ({Source.RestoreUsername})"
        : $"its own login ({Source.Username})";
}

/// <summary>What a person can choose from: the newest good backups, one that was clicked on, or the newest as of a time.</summary>
public sealed class RestoreChoices(AppDbContext db)
{
    private const int Shown = 10;

    /// <param name="sourceId">One of the ids is enough.</param>
    /// <param name="asOf">Null for now.</param>
    /// <param name="beforeId">Only backups from before this one, in which something was lost.</param>
    /// <returns>Null where there is no such thing.</returns>
    public async Task<RestoreChoice?> ReadAsync(
        Guid? sourceId, Guid? backupId, Guid? artifactId, DateTimeOffset? asOf, Guid? beforeId, CancellationToken cancellationToken)
    {
        if (artifactId is { } artifact)
            backupId = await db.Set<BackupArtifact>().Where(a =>
                a.Id == artifact).Select(a => (Guid?)a.JobId).SingleOrDefaultAsync(cancellationToken);
        if ((backupId ?? beforeId) is { } backup)
            sourceId = await db.Set<BackupJob>().Where(j =>
                j.Id == backup).Select(j => (Guid?)j.DataSourceId).SingleOrDefaultAsync(cancellationToken);
        var source = sourceId is not { } id
            ? null
            : await db.Set<DataSource>().IgnoreQueryFilters().AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken);
        if (source is null)
            return null;
        var jobs = RestorePlans.Restorable(db.Set<BackupJob>().AsNoTracking()).Where(j => j.DataSourceId == source.Id);
        if (backupId is { } chosen)
            jobs = jobs.Where(j => j.Id == chosen);
        if (asOf is { } moment)
            jobs = jobs.Where(j => (j.StartedAt ?? j.CreatedAt) <= moment);
        if (beforeId is { } lost)
            jobs = jobs.Where(j => j.CreatedAt < db.Set<BackupJob>().Single(b => b.Id == lost).CreatedAt);
        return await ChooseAsync(source, jobs, beforeId, cancellationToken);
    }

    private async Task<RestoreChoice> ChooseAsync(
        DataSource source, IQueryable<BackupJob> jobs, Guid? lost, CancellationToken cancellationToken)
    {
        var newest = await NewestFirst(jobs).Take(Shown).ToListAsync(cancellationToken);
        var ids = newest.ConvertAll(j => (Guid?)j.Id).Append(lost).OfType<Guid>().ToList();
        var warnings = (await db.Set<ContentWarning>().AsNoTracking().Where(w => ids.Contains(w.JobId) && w.SilencedAt == null)
            .OrderBy(w => w.Id).ToListAsync(cancellationToken)).ToLookup(w => w.JobId);

        // In ten nights nobody may have looked: the one before them is what is wanted then.
        if (newest.Count > 0 && !newest.Exists(IsTrusted)
            && await NewestFirst(RestorePlans.Trusted(db, jobs)).FirstOrDefaultAsync(cancellationToken) is { } older)
            newest.Add(older);

        var trusted = newest.Find(IsTrusted);
        var first = trusted ?? newest.Find(j => j.DamagedAt is null) ?? newest.FirstOrDefault();
        var suspect = first == newest.FirstOrDefault() || newest.Count == 0
            ? null
            : new SuspectBackup(newest[0].Id, newest[0].StartedAt ?? newest[0].CreatedAt, Texts(newest[0]));
        var after = trusted is null || trusted == newest[0] ? lost : newest[newest.IndexOf(trusted) - 1].Id;
        var why = after is { } loss && trusted is not null ? LossWords.Before([.. warnings[loss]]) : null;
        // Of a whole server one backup at a time: ten of them with all their databases would be no choice.
        if (first is { Artifacts.Count: > 1 })
            newest = [first];
        return new(source, [.. newest.SelectMany(Pieces)]) { SuggestedBackup = first?.Id, Newest = suspect };

        bool IsTrusted(BackupJob job) => job.DamagedAt is null && !warnings.Contains(job.Id);

        IReadOnlyList<string> Texts(BackupJob job) =>
            [.. RestorablePiece.Of(job).Select(p => p.Damage).OfType<string>().Distinct(), .. warnings[job.Id].Select(w => w.Text)];

        IEnumerable<RestorablePiece> Pieces(BackupJob job) => RestorablePiece.Of(job).Select(piece => piece with
        {
            Warnings =
            [
                .. new[] { piece.Damage }.OfType<string>(),
                .. warnings[job.Id].Where(w => w.ArtifactId == piece.ArtifactId).Select(w => w.Text),
            ],
            Why = job == first ? why : null,
        });
    }

    private static IQueryable<BackupJob> NewestFirst(IQueryable<BackupJob> jobs) =>
        jobs.Include(j => j.Artifacts).OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id);
}
