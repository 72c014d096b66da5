using System.Security.Cryptography;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <summary>The log of a restore as a file, and short-lived links to it for programs that have no session.</summary>
public sealed class RestoreLogs(AppDbContext db, AuditLog audit, IDataProtectionProvider protection, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("BackupApp.RestoreLog").ToTimeLimitedDataProtector();

    /// <returns>A path from the application's root and when it expires; null while there is no log.</returns>
    /// <exception cref="NotFoundException"/>
    public async Task<(string Path, DateTimeOffset ExpiresAt)?> CreateLinkAsync(Guid id, CancellationToken cancellationToken)
    {
        var job = await db.Set<RestoreJob>().AsNoTracking().SingleOrDefaultAsync(j =>
            j.Id == id, cancellationToken) ?? throw new NotFoundException("restore");
        if (job.ToolLog is null)
            return null;
        var expires = time.GetUtcNow() + Lifetime;
        audit.Record(AuditActions.RestoreLogLinkGenerated, job.ToAuditTarget(), new { expiresAt = expires });
        await db.SaveChangesAsync(cancellationToken);
        return ($"/files/restore-logs/{_protector.Protect(id.ToString("N"), Lifetime)}", expires);
    }

    /// <summary>The log behind a link; null where the link is not ours or has expired.</summary>
    public Task<RestoreLog?> OpenAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            return ReadAsync(Guid.ParseExact(_protector.Unprotect(token), "N"), cancellationToken);
        }
        catch (CryptographicException)
        {
            return Task.FromResult<RestoreLog?>(null);
        }
    }

    /// <summary>Null where there is none.</summary>
    public async Task<RestoreLog?> ReadAsync(Guid id, CancellationToken cancellationToken)
    {
        var text = await db.Set<RestoreJob>().Where(j => j.Id == id).Select(j => j.ToolLog).SingleOrDefaultAsync(cancellationToken);
        return text is null ? null : new RestoreLog($"restore-{id:N}.log", text + "\n");
    }
}

public sealed record RestoreLog(string FileName, string Text)
{
    public const string ContentType = "text/plain; charset=utf-8";
}
