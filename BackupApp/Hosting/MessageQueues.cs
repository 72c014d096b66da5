using Hangfire.PostgreSql;

namespace BackupApp.Hosting;

/// <summary>The queues of messages of this process: one for the workers of each Hangfire server.</summary>
public sealed class MessageQueues
{
    private readonly List<(string[] Names, MessageQueue Queue)> _queues = [];

    /// <param name="servers">The names of the queues that one server serves, for each server.</param>
    public void AddTo(PostgreSqlStorage storage, PostgreSqlStorageOptions options, params string[][] servers)
    {
        foreach (var names in servers)
        {
            var queue = new MessageQueue(storage);
            _queues.Add((names, queue));
            storage.QueueProviders.Add(new SharedProvider(new PostgreSqlJobQueueProvider(storage, options), queue), names);
        }
    }

    /// <param name="name">Of the queue that a message came to; empty for any, which an older BackupApp says.</param>
    public void Wake(string name)
    {
        foreach (var (names, queue) in _queues)
        {
            if (name.Length == 0 || names.Contains(name))
                queue.Wake();
        }
    }

    private sealed class SharedProvider(PostgreSqlJobQueueProvider own, MessageQueue queue) : IPersistentJobQueueProvider
    {
        public IPersistentJobQueue GetJobQueue() => queue;

        public IPersistentJobQueueMonitoringApi GetJobQueueMonitoringApi() => new QueueCounts(own.GetJobQueueMonitoringApi());
    }

    // Hangfire's own provider names all queues of the table already; its dashboard would show each of them once more for each of ours.
    private sealed class QueueCounts(IPersistentJobQueueMonitoringApi inner) : IPersistentJobQueueMonitoringApi
    {
        public IEnumerable<string> GetQueues() => [];

        public IEnumerable<long> GetEnqueuedJobIds(string queue, int from, int perPage) => inner.GetEnqueuedJobIds(queue, from, perPage);

        public IEnumerable<long> GetFetchedJobIds(string queue, int from, int perPage) => inner.GetFetchedJobIds(queue, from, perPage);

        public EnqueuedAndFetchedCountDto GetEnqueuedAndFetchedCount(string queue) => inner.GetEnqueuedAndFetchedCount(queue);
    }
}
