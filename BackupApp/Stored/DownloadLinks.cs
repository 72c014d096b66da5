using System.Security.Cryptography;
using System.Text.Json;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Errors;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Stored;

/// <summary>
/// Short-lived links to stored backups. A bucket signs its own; a folder is served by this app under a link that it signs. Every link is
/// audited, and once for each reader the use of our own.
/// </summary>
public sealed class DownloadLinks(
    AppDbContext db,
    AuditLog audit,
    CurrentActor actor,
    ObjectStores stores,
    DownloadAudit uses,
    IDataProtectionProvider protection,
    TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("BackupApp.Download").ToTimeLimitedDataProtector();

    /// <exception cref="NotFoundException"/>
    /// <exception cref="ConflictException">There is nothing to download, and why.</exception>
    /// <exception cref="StoreException"/>
    /// <param name="artifactId">Null where the job has only one.</param>
    public async Task<DownloadLink> CreateAsync(Guid jobId, Guid? artifactId, CancellationToken cancellationToken)
    {
        var job = await db.Set<BackupJob>()
                .AsNoTracking()
                .Include(j => j.Artifacts)
                .SingleOrDefaultAsync(j => j.Id == jobId, cancellationToken)
            ?? throw new NotFoundException("backup");
        var artifact = Choose(job, artifactId);

        var destination = await db.Set<StorageDestination>()
            .IgnoreQueryFilters()
            .AsNoTracking()
            .SingleAsync(d => d.Id == artifact.Copy.DestinationId, cancellationToken);
        using var store = stores.Open(destination);
        var name = artifact.FileName;
        var ticket = new DownloadTicket(artifact.Id, Guid.NewGuid(), actor.Value.Id, actor.Value.Name);
        var link = new DownloadLink(
            store.CreateDownloadLink(artifact.Copy.Key, artifact.Copy.VersionId, name, artifact.Form.ContentType, Lifetime)
                ?? new Uri($"/files/{Sign(ticket)}/{name}", UriKind.Relative),
            time.GetUtcNow() + Lifetime,
            name,
            artifact.Size ?? 0);
        audit.Record(
            AuditActions.BackupDownloadLinkGenerated, job.ToAuditTarget(), new { artifact.Copy.Key, link.ExpiresAt, link = ticket.Link });
        await db.SaveChangesAsync(cancellationToken);
        return link;
    }

    /// <summary>The file behind one of our own links, or null when the link is not ours or has expired.</summary>
    /// <param name="isRead">Bytes are asked for, not only whether there are any.</param>
    /// <exception cref="StoreException">The file is gone.</exception>
    public async Task<DownloadedFile?> OpenAsync(string token, bool isRead, CancellationToken cancellationToken)
    {
        if (Read(token) is not { } ticket)
            return null;
        var artifact = await db.Set<BackupArtifact>().AsNoTracking().SingleOrDefaultAsync(
            a => a.Id == ticket.Artifact && a.Copy.StoredAt != null, cancellationToken);
        if (artifact is null)
            return null;
        var job = await db.Set<BackupJob>().AsNoTracking().SingleAsync(j => j.Id == artifact.JobId, cancellationToken);
        if (!job.HasBackup)
            return null;
        var destination = await db.Set<StorageDestination>()
            .IgnoreQueryFilters()
            .AsNoTracking()
            .SingleAsync(d => d.Id == artifact.Copy.DestinationId, cancellationToken);
        var content = await stores.OpenReadAsync(destination, artifact.Copy.Key, artifact.Copy.VersionId, 0, cancellationToken);
        try
        {
            if (isRead)
                await uses.RecordAsync(job, artifact, ticket, cancellationToken);
            return new DownloadedFile(content, artifact.FileName, artifact.Form.ContentType, artifact.Sha256, artifact.Copy.StoredAt);
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    private string Sign(DownloadTicket ticket) => _protector.Protect(JsonSerializer.Serialize(ticket), Lifetime);

    private DownloadTicket? Read(string token)
    {
        try
        {
            return JsonSerializer.Deserialize<DownloadTicket>(_protector.Unprotect(token));
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
        }
    }

    private static BackupArtifact Choose(BackupJob job, Guid? artifactId)
    {
        if (artifactId is not null && job.Artifacts.All(a => a.Id != artifactId))
            throw new NotFoundException("artifact");
        if (!job.HasBackup)
            throw new ConflictException(
                job.DeletionMarkedAt is null ? "This job stored no backup, so there is nothing to download." : "This backup was deleted.");
        var stored = job.Artifacts.Where(a => a.Copy.StoredAt is not null && (artifactId is null || a.Id == artifactId)).ToList();
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

/// <param name="Sha256">Of the whole file; null where nobody recorded it.</param>
public sealed record DownloadedFile(Stream Content, string FileName, string ContentType, byte[]? Sha256, DateTimeOffset? StoredAt);
