using System.Text.Json;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Stored;

/// <summary>What a link of ours says, signed: which object, and who had it made.</summary>
/// <param name="Link">Its own id, the same in all audit entries about it.</param>
internal sealed record DownloadTicket(Guid Artifact, Guid Link, Guid? MinterId, string? Minter);

/// <summary>
/// Writes into the audit log that somebody reads a backup by a link: once for each link and reader, since a browser that resumes or a
/// download manager asks for one file in hundreds of ranges. A reader is an address with its program.
/// </summary>
public sealed class DownloadAudit(AppDbContext db, AuditLog audit, CurrentActor actor)
{
    // Links live for minutes; a download that began with one may last.
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(7);

    internal async Task RecordAsync(BackupJob job, BackupArtifact artifact, DownloadTicket ticket, CancellationToken cancellationToken)
    {
        if (await IsRecordedAsync(job, ticket, cancellationToken))
            return;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Ranges are asked for in parallel: the first one writes, the others see that it did.
        await db.Database.ExecuteSqlAsync(
            $"select pg_advisory_xact_lock(hashtextextended({ticket.Link.ToString()}, 0))", cancellationToken);
        if (await IsRecordedAsync(job, ticket, cancellationToken))
            return;
        audit.Record(
            AuditActions.BackupDownloaded,
            job.ToAuditTarget(),
            new { artifact.Copy.Key, link = ticket.Link, mintedBy = ticket.Minter, mintedById = ticket.MinterId });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private Task<bool> IsRecordedAsync(BackupJob job, DownloadTicket ticket, CancellationToken cancellationToken)
    {
        var reader = AuditEntry.Create(actor.Value, AuditActions.BackupDownloaded, job.ToAuditTarget(), "{}");
        var link = JsonSerializer.Serialize(new { link = ticket.Link });
        var since = DateTimeOffset.UtcNow - Remembered;
        return db.Set<AuditEntry>().AnyAsync(
            e => e.TargetId == job.Id && e.CreatedAt > since && e.Action == AuditActions.BackupDownloaded
                && e.Ip == reader.Ip && e.UserAgent == reader.UserAgent && EF.Functions.JsonContains(e.Metadata, link),
            cancellationToken);
    }
}
