using BackupApp.Network;
using MongoDB.Driver;

namespace BackupApp.Engines.Mongo;

/// <summary>The time that the questions after a login may take.</summary>
internal static class MongoLimit
{
    /// <exception cref="ConnectException">What the driver reports after the login is explained as before it.</exception>
    public static async Task<T> WithinAsync<T>(
        TimeSpan limit,
        MongoSession session,
        NetworkOptions network,
        Func<CancellationToken, Task<T>> ask,
        CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(limit);
        try
        {
            return await ask(timer.Token);
        }
        catch (Exception e)
            when ((e is MongoException or TimeoutException or OperationCanceledException) && !cancellationToken.IsCancellationRequested)
        {
            throw MongoFailure.Of(e, session.Connection, session, limit, network);
        }
    }
}
