using System.Data;
using Hangfire.PostgreSql;
using Hangfire.Storage;

namespace BackupApp.Hosting;

/// <summary>
/// Hangfire's queue in PostgreSQL, as the workers of one server share it. Left to itself each waiting worker listens on a connection
/// of its own, and each message wakes all of them; here <see cref="MessageListener"/> listens for the whole process, and wakes one.
/// </summary>
public sealed class MessageQueue(PostgreSqlStorage storage) : IPersistentJobQueue
{
    /// <summary>PostgreSQL's channel, on which a message's queue is told; the name is the one that Hangfire uses by itself.</summary>
    public const string Channel = "new_job";

    private readonly PostgreSqlJobQueue _queue = new(storage);

    public IFetchedJob Dequeue(string[] queues, CancellationToken cancellationToken)
    {
        var message = _queue.Dequeue(queues, cancellationToken);
        // Of messages that come at once only the first wakes somebody: who takes one has the next one looked for.
        Wake();
        return message;
    }

    public void Enqueue(IDbConnection connection, string queue, string jobId)
    {
        _queue.Enqueue(connection, queue, jobId);
        using var command = connection.CreateCommand();
        command.CommandText = $"select pg_notify('{Channel}', @queue)";
        var parameter = command.CreateParameter();
        parameter.ParameterName = "queue";
        parameter.Value = queue;
        command.Parameters.Add(parameter);
        command.ExecuteNonQuery();
    }

    /// <summary>Has one worker that waits look for a message; the next that waits, if none does.</summary>
    public void Wake() => _queue.FetchNextJob();
}
