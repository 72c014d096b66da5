using System.Security.Cryptography;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Errors;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Stored;

/// <summary>
/// Short-lived links to stored backups. A bucket signs its own; a folder is served by this app under a link that it signs. Every link and
/// every use of our own is audited.
/// </summary>
public sealed class DownloadLinks(
    AppDbContext db, AuditLog audit, ObjectStores stores, IDataProtectionProvider protection, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("BackupApp.Download").ToTimeLimitedDataProtector();

    /// <exception cref="NotFoundException"/>
    /// <exception cref="ConflictException">There is nothing to download, and why.</exception>
    /// <exception cref="StoreException"/>
    /// <param name="artifactId">Null where the job has only one.</param>
    public async Task<DownloadLink> CreateAsync(Guid jobId, Guid? artifactId, CancellationToken cancellationToken)
    {
        var job = await db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts).SingleOrDefaultAsync(j => j.Id == jobId, cancellationToken)
            ?? throw new NotFoundException("backup");
        var artifact = Choose(job, artifactId);

        var destination = await db.Set<StorageDestination>().IgnoreQueryFilters().AsNoTracking().SingleAsync(d => d.Id == job.DestinationId, cancellationToken);
        using var store = stores.Open(destination);
        var name = artifact.FileName;
        var link = new DownloadLink(
            store.CreateDownloadLink(artifact.Key, artifact.VersionId, name, Lifetime)
                ?? new Uri($"/files/{_protector.Protect(artifact.Id.ToString("N"), Lifetime)}/{name}", UriKind.Relative),
            time.GetUtcNow() + Lifetime,
            name,
            artifact.Size ?? 0);
        audit.Record(AuditActions.BackupDownloadLinkGenerated, job.ToAuditTarget(), new { artifact.Key, link.ExpiresAt });
        await db.SaveChangesAsync(cancellationToken);
        return link;
    }

    /// <summary>The file behind one of our own links, or null when the link is not ours or has expired.</summary>
    /// <exception cref="StoreException">The file is gone.</exception>
    public async Task<DownloadedFile?> OpenAsync(string token, CancellationToken cancellationToken)
    {
        if (ReadToken(token) is not { } artifactId)
            return null;
        var artifact = await db.Set<BackupArtifact>().AsNoTracking().SingleOrDefaultAsync(a => a.Id == artifactId && a.StoredAt != null, cancellationToken);
        if (artifact is null)
            return null;
        var job = await db.Set<BackupJob>().AsNoTracking().SingleAsync(j => j.Id == artifact.JobId, cancellationToken);
        if (!job.HasBackup)
            return null;
        var destination = await db.Set<StorageDestination>().IgnoreQueryFilters().AsNoTracking().SingleAsync(d => d.Id == job.DestinationId, cancellationToken);
        using var store = stores.Open(destination);
        var content = await store.OpenReadAsync(artifact.Key, 0, cancellationToken);
        audit.Record(AuditActions.BackupDownloaded, job.ToAuditTarget(), new { artifact.Key });
        await db.SaveChangesAsync(cancellationToken);
        return new DownloadedFile(content, artifact.FileName);
    }

    private Guid? ReadToken(string token)
    {
        try
        {
            return Guid.ParseExact(_protector.Unprotect(token), "N");
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static BackupArtifact Choose(BackupJob job, Guid? artifactId)
    {
        if (artifactId is not null && job.Artifacts.All(a => a.Id != artifactId))
            throw new NotFoundException("artifact");
        if (!job.HasBackup)
            throw new ConflictException(job.DeletionMarkedAt is null ? "This job stored no backup, so there is nothing to download." : "This backup was deleted.");
        var stored = job.Artifacts.Where(a => a.StoredAt is not null && (artifactId is null || a.Id == artifactId)).ToList();
        return stored switch
        {
            [var one] => one,
            [] => throw new ConflictException("This part of the backup was not stored, so there is nothing to download."),
            _ => throw new ConflictException($"This backup has {stored.Count} parts, each with a download of its own: choose one of them."),
        };
    }
}

/// <param name="Url">Relative when the app serves the file itself.</param>
/// <param name="Size">Bytes.</param>
public sealed record DownloadLink(Uri Url, DateTimeOffset ExpiresAt, string FileName, long Size);

public sealed record DownloadedFile(Stream Content, string FileName);
