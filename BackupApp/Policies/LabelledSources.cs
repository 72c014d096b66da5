using System.Text.Json;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>Finds sources by labels: their own, and those of their policies whose keys they have not.</summary>
public sealed class LabelledSources(AppDbContext db)
{
    /// <summary>Those that have every one of them.</summary>
    public async Task<IReadOnlyList<Guid>> FindAsync(
        IReadOnlyList<LabelSet> labels, bool alsoDeleted, CancellationToken cancellationToken)
    {
        HashSet<Guid>? found = null;
        foreach (var (key, value) in labels.SelectMany(l => l.Values))
        {
            var json = JsonSerializer.Serialize(new Dictionary<string, string> { [key] = value });
            var having = await db.Database.SqlQuery<Guid>(
                $"""
                select s.id as "Value" from data_sources s
                where (s.deleted_at is null or {alsoDeleted}) and (s.labels @> {json}::jsonb or (s.labels -> {key} is null and exists (
                    select 1 from policy_attachments a join backup_policies p on p.id = a.policy_id
                    where a.data_source_id = s.id and p.labels @> {json}::jsonb)))
                """).ToListAsync(cancellationToken);
            if (found is null)
                found = [.. having];
            else
                found.IntersectWith(having);
        }

        return [.. found ?? []];
    }

    /// <summary>All labels that are in use, in order, for whoever chooses one.</summary>
    public async Task<IReadOnlyList<string>> AllAsync(CancellationToken cancellationToken) =>
        await db.Database.SqlQuery<string>(
            $"""
            select distinct l.key || '=' || l.value as "Value" from (
                select labels from data_sources where deleted_at is null union all select labels from backup_policies) o,
                jsonb_each_text(o.labels) l order by 1
            """).ToListAsync(cancellationToken);
}
