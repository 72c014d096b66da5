using BackupApp.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Runs;

/// <summary>Hands the runs of one kind to the workers.</summary>
public interface IRunSender<in T>
    where T : Run
{
    /// <summary>Hands a committed run to Hangfire. When that fails it stays queued and is sent again later.</summary>
    Task SendAsync(T run);
}

/// <summary>
/// Sends queued runs again whose message to Hangfire was lost: the process died between the two writes,
/// or a worker died between taking the message and claiming the run, which Hangfire by itself would
/// notice only after its invisibility timeout. A message too many is harmless, because the claim decides.
/// </summary>
public sealed class LostMessages<T>(AppDbContext db, IRunSender<T> sender, IOptions<RunOptions> options) : IReaperPart
    where T : Run
{
    private const int Batch = 1000;

    // A parked run is sent by the run that makes room; should that one have died, by this.
    private static readonly TimeSpan LongestPark = TimeSpan.FromMinutes(2);

    public string Name => "lost messages";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var run in await FindAsync(cancellationToken))
            await sender.SendAsync(run);
    }

    // Hangfire's own table, since its API does not tell a message that waits from one that a dead
    // worker holds. A claim follows a fetch within milliseconds.
    private Task<List<T>> FindAsync(CancellationToken cancellationToken)
    {
        var table = RunTable.Of<T>(db);
        var sql = $$"""
            select * from {{table.Name}} run
            where run.{{table[nameof(Run.Status)]}} = 'queued' and run.{{table[nameof(Run.CreatedAt)]}} < now() - {0}
              and (run.{{table[nameof(Run.ParkedAt)]}} is null or run.{{table[nameof(Run.ParkedAt)]}} < now() - {1})
              and not exists (
                select from hangfire.jobqueue message
                where message.jobid = run.{{table[nameof(Run.HangfireJobId)]}}::bigint
                  and (message.fetchedat is null or message.fetchedat > now() - {0}))
            """;
        return db.Set<T>().FromSqlRaw(sql, options.Value.LostMessageTimeout, LongestPark)
            .AsNoTracking().OrderBy(r => r.CreatedAt).Take(Batch).ToListAsync(cancellationToken);
    }
}
