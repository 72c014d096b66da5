using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>Policies of a source that are paused until somebody resumes them: a pause that people are reminded of.</summary>
public sealed class PausedPolicies(AppDbContext db) : ITroubleFinder
{
    private const string Subject = "attachment/";

    public bool Finds(Incident incident) => incident.Subject.StartsWith(Subject, StringComparison.Ordinal);

    public async Task<IReadOnlyList<Trouble>> FindAsync(CancellationToken cancellationToken)
    {
        var paused = await (
            from attachment in db.Set<PolicyAttachment>().AsNoTracking()
            join policy in db.Set<BackupPolicy>() on attachment.PolicyId equals policy.Id
            join source in db.Set<DataSource>() on attachment.DataSourceId equals source.Id
            where !attachment.IsEnabled && attachment.PausedUntil == null
            select new
            {
                attachment.Id,
                attachment.PauseReason,
                Policy = new { policy.Id, policy.Name, policy.Labels, policy.Environment },
                Source = new { source.Id, source.Name, source.Labels, source.Environment },
            }).ToListAsync(cancellationToken);
        return
        [
            .. paused.Select(p => new Trouble(
                $"{Subject}{p.Id}", $"{p.Policy.Name} for {p.Source.Name}", IncidentKind.Paused, $"policy/{p.Policy.Id}",
                $"The policy is paused until somebody resumes it{(p.PauseReason is { Length: > 0 } why ? $": {why.TrimEnd('.')}" : "")}.",
                ProtectionAction.Resume, null, p.Source.Id, p.Source.Environment)
            {
                Labels = p.Source.Labels.With([p.Policy.Labels]),
                Environments = p.Policy.Environment is { } environment ? [p.Source.Environment, environment] : [p.Source.Environment],
            }),
        ];
    }
}
