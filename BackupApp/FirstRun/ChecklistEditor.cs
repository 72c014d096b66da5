using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.FirstRun;

/// <summary>Says that an item is not needed, and takes that back; both are audited.</summary>
public sealed class ChecklistEditor(AppDbContext db, AuditLog audit, CurrentActor actor, TimeProvider time)
{
    /// <exception cref="InvalidInputException">It lacks a reason.</exception>
    /// <exception cref="ConflictException">Somebody said so at the same moment.</exception>
    public async Task NotNeededAsync(ChecklistItem item, string? because, CancellationToken cancellationToken)
    {
        var why = because?.ReplaceLineEndings(" ").Trim() ?? "";
        if (why.Length is 0 or > ChecklistMark.LongestWhy || why.Any(char.IsControl))
            throw new InvalidInputException("Because", $"Say why it is not needed, in at most {ChecklistMark.LongestWhy} characters.");
        await ChecklistMark.SetAsync(db, item, why, actor.Value.Name, time.GetUtcNow(), cancellationToken);
        audit.Record(AuditActions.ChecklistNotNeeded, Target(item), new { why });
        await db.SaveAsync("item", cancellationToken);
    }

    /// <summary>Nothing where nobody had said so.</summary>
    public async Task TakeBackAsync(ChecklistItem item, CancellationToken cancellationToken)
    {
        if (await ChecklistMark.FindAsync(db, item, cancellationToken) is not { NotNeededBecause: { } why } mark)
            return;
        db.Remove(mark);
        audit.Record(AuditActions.ChecklistTakenBack, Target(item), new { why });
        await db.SaveAsync("item", cancellationToken);
    }

    private static AuditTarget Target(ChecklistItem item) => new("checklist_item", null, Checklist.WordsOf(item));
}
