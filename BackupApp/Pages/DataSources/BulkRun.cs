using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Errors;
using BackupApp.Policies;
using BackupApp.Protection;

namespace BackupApp.Pages.DataSources;

/// <summary>
/// Does the same to many sources, one after the other, each in a unit of work of its own with its own entry in the audit log: what fails
/// for one does not keep the others from it.
/// </summary>
/// <param name="scopes">Makes the units of work.</param>
/// <param name="actor">In whose name all of them act.</param>
public sealed class BulkRun(IServiceScopeFactory scopes, Actor actor)
{
    /// <param name="Done">For how many it worked.</param>
    /// <param name="Notes">A sentence for each that it did not work for, and for each promise that got looser.</param>
    public sealed record BulkOutcome(int Done, IReadOnlyList<string> Notes);

    /// <exception cref="InvalidInputException">The terms are wrong; nothing was done.</exception>
    public async Task<BulkOutcome> RunAsync(
        IReadOnlyList<BulkRow> rows, BulkAction action, Guid? policyId, PauseTerms terms, CancellationToken cancellationToken)
    {
        var done = 0;
        var notes = new List<string>();
        foreach (var row in rows.Where(r => r.IsDone(action)))
        {
            // Between two, not in the middle of one.
            cancellationToken.ThrowIfCancellationRequested();
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<CurrentActor>().Value = actor;
            try
            {
                notes.AddRange(await ActAsync(scope.ServiceProvider, row, action, policyId, terms));
                done++;
            }
            catch (Exception e) when (e is ConflictException or NotFoundException)
            {
                notes.Add($"{row.Source.Name}: {e.Message}");
            }
        }

        return new BulkOutcome(done, notes);
    }

    private static async Task<IReadOnlyList<string>> ActAsync(
        IServiceProvider services, BulkRow row, BulkAction action, Guid? policyId, PauseTerms terms)
    {
        var id = row.Source.Id;
        switch (action)
        {
            case BulkAction.Run:
                await services.GetRequiredService<RunByDefault>().RunAsync(id, CancellationToken.None);
                return [];
            case BulkAction.Attach:
                var attachments = services.GetRequiredService<PolicyAttachments>();
                return await services.GetRequiredService<PromiseChanges>().WatchAsync(
                    [id],
                    () => attachments.AttachAsync(id, policyId ?? Guid.Empty, enabled: true, priority: 0, CancellationToken.None),
                    CancellationToken.None);
            case BulkAction.Pause:
                await services.GetRequiredService<PauseDataSource>().PauseAsync(id, terms, CancellationToken.None);
                return [];
            case BulkAction.Resume:
                await services.GetRequiredService<PauseDataSource>().ResumeAsync(id, CancellationToken.None);
                return [];
            default:
                await services.GetRequiredService<DeleteDataSource>().RunAsync(id, CancellationToken.None);
                return [];
        }
    }
}
