using System.Diagnostics;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// Finds out whether a pooler hands a server connection on after each transaction, whatever its make. Two logins are
/// kept open, and each asks in turn, in a short transaction, which server process answers: one that answered both, or
/// another one for the same login, is shared. A single login would keep its own for as long as nobody else wants one.
/// </summary>
/// <remarks>
/// Nothing is set in a session for it, since that could not be taken back: the next transaction may be another server process's.
/// </remarks>
internal static class SharedConnections
{
    public const string Harm =
        "pg_dump changes settings of connections that it then shares with your application, "
        + "whose own queries fail afterwards with \"relation … does not exist\".";

    // On a busy pool of N connections the chance to miss it is below 1 in N^7.
    private const int Rounds = 8;

    // For a distant server fewer rounds have to do, since somebody waits for the answer.
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan OtherLimit = TimeSpan.FromSeconds(2);

    /// <summary>False also where a second login is not to be had: the server may allow this role only one.</summary>
    /// <param name="first">Outside a transaction.</param>
    public static async Task<bool> AreSharedAsync(DatabaseConnection connection, PostgresSession first, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(OtherLimit);
        PostgresSession other;
        try
        {
            other = await PostgresConnector.OpenBesideAsync(connection, first, OtherLimit, limit.Token);
        }
        catch (Exception e) when (IsNoLogin(e) && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        await using (other)
            return await AreSharedAsync(first, other, cancellationToken);
    }

    private static async Task<bool> AreSharedAsync(PostgresSession first, PostgresSession other, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        (ServerProcess? Own, ServerProcess? Others) last = (null, null);
        for (var round = 0; round < Rounds && Stopwatch.GetElapsedTime(started) < Enough; round++)
        {
            var own = await AskAsync(first.Connection, cancellationToken);
            if (await AskInTimeAsync(other.Connection, cancellationToken) is not { } others)
                return false;
            if (own == others || (last.Own is not null && (own != last.Own || others != last.Others)))
                return true;
            last = (own, others);
        }

        return false;
    }

    // A pool that keeps connections for whole sessions may have none left for a second.
    private static async Task<ServerProcess?> AskInTimeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(OtherLimit);
        try
        {
            return await AskAsync(connection, limit.Token);
        }
        catch (Exception e) when (IsNoLogin(e) && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task<ServerProcess> AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"{PostgresLimits.Begin(connection)}SELECT pg_backend_pid(), pg_postmaster_start_time(); COMMIT", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetInt32(0), reader.GetDateTime(1));
    }

    private static bool IsNoLogin(Exception e) => e is NpgsqlException or IOException or TimeoutException or OperationCanceledException;

    /// <summary>One of a server's processes; behind a balancer there are several servers.</summary>
    private sealed record ServerProcess(int Id, DateTime ServerStartedAt);
}
