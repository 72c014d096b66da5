using System.Security.Cryptography;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pings;

/// <summary>A monitor as it may be seen, with what it was told last.</summary>
/// <param name="Url">Shortened.</param>
/// <param name="Last">Null before the first.</param>
public sealed record PingView(string Url, PingStyle Style, LastPing? Last);

/// <param name="Ok">The monitor took it.</param>
/// <param name="IsOver">No further attempt is made.</param>
/// <param name="Answer">What the other side said, shortened; null before the first attempt.</param>
public sealed record LastPing(PingState State, DateTimeOffset At, bool Ok, bool IsOver, string? Answer);

/// <summary>Sets and removes monitors, and shows them.</summary>
public sealed class PingTargets(AppDbContext db, AuditLog audit, SecretBox box, TimeProvider time)
{
    /// <summary>In the caller's unit of work, with its audit entry.</summary>
    /// <param name="policyId">Null for the installation's.</param>
    /// <exception cref="InvalidInputException">The stored address cannot be read any more.</exception>
    public async Task ApplyAsync(PingInput input, Guid? policyId, AuditTarget about, CancellationToken cancellationToken)
    {
        var id = policyId ?? PingTarget.InstallationId;
        var target = await db.Set<PingTarget>().SingleOrDefaultAsync(t => t.Id == id, cancellationToken);
        if (input.Removes)
        {
            if (target is null)
                return;
            db.Remove(target);
            audit.Record(AuditActions.PingRemoved, about, new { url = target.Shown });
            return;
        }

        var isSame = input.NewUrl is null && (target is null || (input.Style ?? target.Style) == target.Style);
        if (isSame)
            return;
        var url = input.NewUrl ?? Stored(target!);
        if (target is null)
            db.Add(target = PingTarget.Create(policyId));
        target.Change(url, input.Style ?? target.Style, box, time.GetUtcNow());
        audit.Record(AuditActions.PingSet, about, new { url = target.Shown, style = target.Style.ToSnakeCase() });
    }

    /// <summary>Sets that of the installation.</summary>
    /// <exception cref="InvalidInputException"/>
    /// <exception cref="ConflictException">Somebody else saved it in between.</exception>
    public async Task SetInstallationAsync(PingInput input, CancellationToken cancellationToken)
    {
        var problems = new Dictionary<string, string>();
        input.Read(nameof(PingInput.Url), problems);
        var isNew = !await db.Set<PingTarget>().AnyAsync(t => t.Id == PingTarget.InstallationId, cancellationToken);
        if (isNew && input.NewUrl is null)
            problems.TryAdd(nameof(PingInput.Url), "Give the address to call.");
        if (problems.Count > 0)
            throw new InvalidInputException(problems);
        await ApplyAsync(input, null, Installation, cancellationToken);
        await db.SaveAsync("ping", cancellationToken);
    }

    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="ConflictException">Somebody else saved it in between.</exception>
    public async Task RemoveInstallationAsync(CancellationToken cancellationToken)
    {
        if (!await db.Set<PingTarget>().AnyAsync(t => t.Id == PingTarget.InstallationId, cancellationToken))
            throw new NotFoundException("ping");
        await ApplyAsync(new PingInput { Removes = true }, null, Installation, cancellationToken);
        await db.SaveAsync("ping", cancellationToken);
    }

    public async Task<PingView?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        (await OfAsync([id], cancellationToken)).GetValueOrDefault(id);

    public async Task<IReadOnlyDictionary<Guid, PingView>> OfAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var targets = await db.Set<PingTarget>().AsNoTracking().Where(t => ids.Contains(t.Id)).Select(t => new
        {
            t.Id,
            t.Shown,
            t.Style,
            // One that a newer one made needless says nothing.
            Last = db.Set<Ping>().Where(p => p.TargetId == t.Id && (p.Attempts > 0 || p.NextAttemptAt != null))
                .OrderByDescending(p => p.CreatedAt).ThenByDescending(p => p.Id)
                .Select(p => new LastPing(p.State, p.SentAt ?? p.CreatedAt, p.SentAt != null, p.NextAttemptAt == null, p.Answer))
                .FirstOrDefault(),
        }).ToListAsync(cancellationToken);
        return targets.ToDictionary(t => t.Id, t => new PingView(t.Shown, t.Style, t.Last));
    }

    private static AuditTarget Installation => new("ping", PingTarget.InstallationId, "installation");

    private string Stored(PingTarget target)
    {
        try
        {
            return target.Url(box);
        }
        catch (CryptographicException)
        {
            throw new InvalidInputException(
                new Dictionary<string, string> { [nameof(PingInput.Url)] = "The stored address could not be decrypted: enter it again." });
        }
    }
}
