using BackupApp.Backups;
using Hangfire;
using Hangfire.States;

namespace BackupApp.Policies;

/// <summary>
/// Something that follows the policies: their recurring jobs, their retention. Each also has a
/// round of its own, which makes up for a message that was lost.
/// </summary>
public interface IPolicyFollower
{
    /// <param name="policyId">It was created, changed, or deleted.</param>
    Task PolicyChangedAsync(Guid policyId, CancellationToken cancellationToken);
}

/// <summary>Has what follows a policy act at once, once its change is committed.</summary>
public sealed partial class PolicyChanges(IBackgroundJobClient hangfire, ILogger<PolicyChanges> logger)
{
    /// <summary>
    /// Never fails: the policy is saved already, and the rounds follow it within the minute (schedule) and the hour (retention).
    /// </summary>
    public void Announce(Guid policyId)
    {
        try
        {
            hangfire.Create<PolicyChangeWorker>(
                worker => worker.RunAsync(policyId, CancellationToken.None),
                new EnqueuedState(BackupQueue.Control));
        }
        catch (Exception e) when (e is BackgroundJobClientException or Npgsql.NpgsqlException or InvalidOperationException)
        {
            LogNotAnnounced(e, policyId);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The change of policy {PolicyId} could not be announced; it takes effect with the next rounds")]
    private partial void LogNotAnnounced(Exception exception, Guid policyId);
}

/// <summary>Hangfire's entry to what a change of a policy entails.</summary>
public sealed class PolicyChangeWorker(IEnumerable<IPolicyFollower> followers)
{
    public async Task RunAsync(Guid policyId, CancellationToken cancellationToken)
    {
        foreach (var follower in followers)
            await follower.PolicyChangedAsync(policyId, cancellationToken);
    }
}
