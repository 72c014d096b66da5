using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pings;

/// <summary>How the whole installation is.</summary>
/// <param name="Text">In a line or two, which says what is wrong where something is.</param>
public sealed record InstallationState(bool IsWell, string Text);

/// <summary>Says how the whole installation is.</summary>
public interface IInstallationState
{
    Task<InstallationState> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Finds what monitors have to be told, from the database's rows: nothing of it is in a job's way, and what was missed while all
/// processes were down is found by the next one.
/// </summary>
public sealed class PingLook(AppDbContext db, IInstallationState installation, TimeProvider time)
{
    // Any number will do; it only has to be the same in every process.
    private const long Lock = 0x70696e67706f6e67;

    /// <summary>Of the installation's.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    // Longer than any round.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(60);
    private static readonly TimeSpan KeptOfInstallation = TimeSpan.FromDays(2);

    /// <summary>Writes what is due; one process does so at a time.</summary>
    /// <returns>False where there is no monitor to be told.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        if (!await db.Set<PingTarget>().AnyAsync(cancellationToken))
            return false;
        // Apart: what goes wrong with one kind must not silence the other.
        await LockedAsync(PoliciesAsync, cancellationToken);
        await LockedAsync(InstallationAsync, cancellationToken);
        return true;
    }

    private async Task LockedAsync(Func<DateTimeOffset, CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var locked = await db.Database.SqlQuery<bool>(
            $"select pg_try_advisory_xact_lock({Lock}) as \"Value\"").SingleAsync(cancellationToken);
        if (!locked)
            return;
        await act(time.GetUtcNow(), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task PoliciesAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var target in await db.Set<PingTarget>().Where(t => t.PolicyId != null).ToListAsync(cancellationToken))
            await PolicyAsync(target, target.PolicyId!.Value, now, cancellationToken);
    }

    private async Task PolicyAsync(PingTarget target, Guid policy, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // What never began because somebody paused it is nothing to tell.
        var runs = await db.Set<BackupJob>().AsNoTracking()
            .Where(j => j.PolicyId == policy && j.CreatedAt >= target.RunsFrom && j.Trigger == BackupTrigger.Schedule
                && (j.CancelReason == null || j.CancelReason != CancelReason.Paused))
            .Select(j => new PingedRun(
                j.DataSourceName, j.ScheduledFor, j.Status, j.CreatedAt, j.StartedAt, j.FinishedAt, j.ErrorSummary))
            .ToListAsync(cancellationToken);
        if (runs.Count == 0)
            return;
        var first = runs.Min(r => r.Round);
        var told = await db.Set<Ping>().Where(p => p.TargetId == target.Id && p.Round >= first)
            .Select(p => new { p.Round, p.State }).ToListAsync(cancellationToken);
        var (due, from) = PingPlan.Make(runs, told.Select(t => (t.Round, t.State)).ToHashSet(), now);
        await AddAsync(target, due, now, cancellationToken);
        target.GoOnFrom(from);
    }

    private async Task InstallationAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var target = await db.Set<PingTarget>().SingleOrDefaultAsync(t => t.PolicyId == null && t.NextAt <= now, cancellationToken);
        if (target is null)
            return;
        var state = await installation.ReadAsync(cancellationToken);
        var planned = new PlannedPing(now, state.IsWell ? PingState.Success : PingState.Fail, state.Text);
        await AddAsync(target, [planned], now, cancellationToken);
        target.WaitUntil(now + Interval);
    }

    private async Task AddAsync(
        PingTarget target, IReadOnlyList<PlannedPing> due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // A start that its monitor does not want needs no row: it would be planned again and again, and left out each time.
        var wanted = due.Where(p => p.State switch
        {
            PingState.Start => target.TellsStart,
            PingState.Fail => target.TellsFail,
            _ => true,
        }).ToList();
        if (wanted.Count == 0)
            return;
        // Whoever was not told before learns the newest only.
        await db.Set<Ping>().Where(p => p.TargetId == target.Id && p.NextAttemptAt != null).ExecuteUpdateAsync(
            set => set.SetProperty(p => p.NextAttemptAt, (DateTimeOffset?)null), cancellationToken);
        db.AddRange(wanted.Select(p => Ping.Create(target.Id, p, now)));
        var oldest = now - (target.PolicyId is null ? KeptOfInstallation : Kept);
        await db.Set<Ping>().Where(p => p.TargetId == target.Id && p.CreatedAt < oldest).ExecuteDeleteAsync(cancellationToken);
    }
}
