using BackupApp.Data;
using BackupApp.Errors;

namespace BackupApp.Restores.Batches;

/// <summary>
/// Makes restore jobs that run one after another, in the order given: all of them or none. Each is a job like any other, holds its
/// backup, and has the given login encrypted for itself.
/// </summary>
public sealed class StartBatch(AppDbContext db, RestorePlans plans, StartRestore start, RestoreQueue queue)
{
    /// <returns>The batch's id; its jobs are queued.</returns>
    /// <exception cref="InvalidInputException">Under <c>Items[0].Field</c>, or <c>TargetUri</c> where it is about the server.</exception>
    /// <exception cref="ConflictException">One of the backups is not there any more.</exception>
    public async Task<Guid> RunAsync(BatchInput input, CancellationToken cancellationToken)
    {
        var planned = await PlanAsync(input, cancellationToken);
        var batch = Guid.CreateVersion7();
        var jobs = new RestoreJob[planned.Count];
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            // Backups are locked in one order, so that two batches cannot wait for each other.
            foreach (var (plan, position) in planned.Select((plan, i) => (plan, i)).OrderBy(p => p.plan.Backup.Id))
                jobs[position] = await start.AddAsync(plan, cancellationToken, (batch, position));
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        foreach (var job in jobs)
            await queue.SendAsync(job);
        return batch;
    }

    private async Task<IReadOnlyList<RestorePlan>> PlanAsync(BatchInput input, CancellationToken cancellationToken)
    {
        var problems = new Dictionary<string, string>();
        if (input.Items.Count is 0 or > BatchInput.Most)
            problems[nameof(input.Items)] = $"Choose 1 to {BatchInput.Most} databases.";
        var planned = new List<RestorePlan>();
        foreach (var (number, item) in input.Items.Take(BatchInput.Most).Index())
        {
            try
            {
                var plan = await plans.ReadAsync(input.ToInput(item), cancellationToken);
                if (planned.Exists(other => IsSame(other, plan)))
                    problems[Field(number, nameof(item.TargetDatabase))] = $"Two of them would be {plan.Database}: choose another name.";
                planned.Add(plan);
            }
            catch (InvalidInputException e)
            {
                foreach (var (field, problem) in e.Problems)
                    problems[field == nameof(input.TargetUri) ? field : Field(number, field)] = problem;
            }
        }

        return problems.Count == 0 ? planned : throw new InvalidInputException(problems);
    }

    private static bool IsSame(RestorePlan one, RestorePlan other) =>
        one.Database == other.Database && one.Target.Servers.SequenceEqual(other.Target.Servers);

    private static string Field(int number, string field) => $"{nameof(BatchInput.Items)}[{number}].{field}";
}
