using BackupApp.Engines.Restores;
using BackupApp.Errors;
using Npgsql;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>
/// Gives a database the name of another, which keeps a dated one, in one transaction: whatever is killed, each name leads to a
/// whole database that accepts
/// connections. The first RENAME takes the name's lock and waits up to 5 s for its sessions to end; another connection ends them
/// meanwhile, and newcomers queue.
/// </summary>
internal sealed class DatabaseSwap(TargetServer server, IRestoreSteps steps, TimeProvider time)
{
    private const int Tries = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(20);

    // idle_in_transaction_session_timeout
    private const string StoodStill = "25P03";

    // While RENAME waits for the name's lock everybody who connects waits behind it: not for as long as somebody else likes. And whoever
    // loses its power or its network in the middle says nothing: without a limit the server would keep the name locked for hours.
    // Between two statements here nothing is waited for but the network.
    private const string Impatient = "SET LOCAL lock_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = '10s'";

    // RENAME minds background workers too: those of subscriptions and of extensions. Whoever has a role may be ended; autovacuum has none,
    // and gives way by itself.
    private const string Sessions =
        "SELECT pid FROM pg_stat_activity WHERE datid::bigint = ANY ($1) AND pid <> pg_backend_pid() AND usesysid IS NOT NULL";

    /// <param name="swap">With the outgoing one as it is to be called.</param>
    /// <param name="traits">Statements that make the incoming one like the outgoing one, after the renames; each may fail by
    /// itself.</param>
    /// <exception cref="RestoreFailedException">Nothing was changed; or it is undecided whether all was.</exception>
    /// <exception cref="OperationCanceledException">Nothing was changed.</exception>
    public async Task RunAsync(RestoreSwap swap, IReadOnlyList<string> traits, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            steps.Report(new(RestorePhase.Swapping, swap.Name, attempt, Tries));
            await steps.SwappingAsync(swap, cancellationToken);
            try
            {
                await TryAsync(swap, traits);
                return;
            }
            catch (PostgresException e) when (MayPass(e) && attempt < Tries)
            {
                steps.Log($"(BackupApp: the databases could not change names yet: {e.MessageText}. Tried again.)");
            }
            catch (PostgresException e)
            {
                throw Refused(swap, e);
            }
            catch (NpgsqlException e)
            {
                throw Failed(
                    "server_lost", "The connection to the target was lost before the databases changed names; they have not.", inner: e);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    // Once begun it is not canceled: the fence was passed.
    private async Task TryAsync(RestoreSwap swap, IReadOnlyList<string> traits)
    {
        string[] taking = [swap.Name, swap.Incoming.Name];
        await using var session = await server.OpenElsewhereAsync(taking, CancellationToken.None);
        await using var other = await server.OpenElsewhereAsync(taking, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var ending = EndSessionsAsync(other.Connection, swap, stop.Token);
        try
        {
            await RenameAsync(session.Connection, swap, traits);
        }
        finally
        {
            await stop.CancelAsync();
            await ending;
        }
    }

    private async Task RenameAsync(NpgsqlConnection connection, RestoreSwap swap, IReadOnlyList<string> traits)
    {
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await Sql.ExecuteAsync(connection, Impatient, CancellationToken.None);
            await CheckAsync(connection, swap);
            if (swap.Outgoing is { } outgoing)
                await Sql.ExecuteAsync(connection, Rename(swap.Name, outgoing.Name), CancellationToken.None);
            await Sql.ExecuteAsync(connection, Rename(swap.Incoming.Name, swap.Name), CancellationToken.None);
            await ApplyAsync(connection, traits);
            try
            {
                await Sql.ExecuteAsync(connection, "COMMIT", CancellationToken.None);
            }
            catch (NpgsqlException e) when (e is not PostgresException refused || IsOfShutdown(refused))
            {
                await DecideAsync(swap, e);
            }
        }
    }

    // Names can be given away: both must still be the databases that are meant.
    private static async Task CheckAsync(NpgsqlConnection connection, RestoreSwap swap)
    {
        var incoming = await TargetServer.FindAsync(connection, swap.Incoming.Name, CancellationToken.None);
        var named = await TargetServer.FindAsync(connection, swap.Name, CancellationToken.None);
        if (incoming?.Oid != swap.Incoming.Oid)
            throw Failed("database_gone", $"The database \"{swap.Incoming.Name}\" is not there any more, or is another one.");
        if (swap.Outgoing is null && named is not null)
            throw Failed("database_already_exists", $"Somebody has made a database \"{swap.Name}\" meanwhile.",
                "Drop or rename it, or choose another name.");
        if (swap.Outgoing is { } outgoing && named?.Oid != outgoing.Oid)
            throw Failed("database_gone", $"The database \"{swap.Name}\" is not there any more, or is another one than before.");
    }

    private async Task ApplyAsync(NpgsqlConnection connection, IReadOnlyList<string> traits)
    {
        foreach (var statement in traits)
        {
            await Sql.ExecuteAsync(connection, "SAVEPOINT trait", CancellationToken.None);
            try
            {
                await Sql.ExecuteAsync(connection, statement, CancellationToken.None);
            }
            catch (PostgresException e)
            {
                await Sql.ExecuteAsync(connection, "ROLLBACK TO SAVEPOINT trait", CancellationToken.None);
                steps.Warn($"A property of the database could not be set ({e.MessageText}): {WithoutValue(statement)}");
            }
        }
    }

    /// <summary>The server did not say whether the transaction was kept: its catalogue does.</summary>
    private async Task DecideAsync(RestoreSwap swap, NpgsqlException lost)
    {
        try
        {
            await using var session = await server.OpenElsewhereAsync([swap.Name, swap.Incoming.Name], CancellationToken.None);
            if (await TargetServer.FindAsync(session.Connection, swap.Name, CancellationToken.None) is { } row
                && row.Oid == swap.Incoming.Oid)
                return;
        }
        catch (Exception e) when (e is ConnectException or NpgsqlException)
        {
            throw new RestoreFailedException(
                RunStage.Swap, "undecided", "The connection was lost while the databases changed names, and the server does not answer.",
                    inner: lost)
            { IsUndecided = true };
        }

        throw Failed("server_lost", "The connection to the target was lost while the databases were to change names; they have not.");
    }

    private static async Task EndSessionsAsync(NpgsqlConnection connection, RestoreSwap swap, CancellationToken cancellationToken)
    {
        long[] databases = swap.Outgoing is { } outgoing ? [swap.Incoming.Oid, outgoing.Oid] : [swap.Incoming.Oid];
        try
        {
            while (true)
            {
                foreach (var pid in await Sql.ListAsync(connection, Sessions, row => row.GetInt32(0), cancellationToken, databases))
                    await EndAsync(connection, pid, cancellationToken);
                await Task.Delay(Often, cancellationToken);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or NpgsqlException)
        {
            return; // The renames say whether it was enough.
        }
    }

    private static async Task EndAsync(NpgsqlConnection connection, int pid, CancellationToken cancellationToken)
    {
        try
        {
            await Sql.ScalarAsync<bool>(connection, "SELECT pg_terminate_backend($1)", cancellationToken, pid);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return; // Somebody else's: others may be ended all the same.
        }
    }

    // Settings of an application's own may hold its secrets.
    private static string WithoutValue(string statement) =>
        statement.IndexOf('\'', StringComparison.Ordinal) is var quote and > 0 ? $"{statement[..quote].TrimEnd()} …" : statement;

    private static string Rename(string from, string to) =>
        $"ALTER DATABASE {ServerRefusal.Quote(from)} RENAME TO {ServerRefusal.Quote(to)}";

    // The session was ended, by whomever: after what was committed, maybe.
    private static bool IsOfShutdown(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown;

    // Somebody uses one of them, or this process stood still for so long that the server gave the transaction up.
    private static bool MayPass(PostgresException e) => e.SqlState is PostgresErrorCodes.ObjectInUse or PostgresErrorCodes.LockNotAvailable
        or StoodStill;

    private static RestoreFailedException Refused(RestoreSwap swap, PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.LockNotAvailable => Failed(
            "database_in_use",
            $"\"{swap.Name}\" could not be renamed in three tries, because another session holds a lock on it.",
            "Find it in pg_locks (locktype object, classid pg_database), and end what it does: a change of the database's settings or "
                + "comment that was not committed, for example."),
        PostgresErrorCodes.ObjectInUse => Failed(
            "database_in_use",
            $"\"{swap.Name}\" could not be renamed in three tries, because others use it: {e.Detail ?? e.MessageText}",
            "Stop what connects to it, or give the login pg_signal_backend, so that it may end other roles' sessions; a superuser's, and "
                + "background workers that run as one, only a superuser may end. Prepared transactions must be ended by hand."),
        PostgresErrorCodes.InsufficientPrivilege => Failed(
            "target_not_writable",
            $"The login may not rename \"{swap.Name}\": {e.MessageText}.",
            "Use a login that owns both databases and has CREATEDB."),
        PostgresErrorCodes.DuplicateDatabase => Failed("database_already_exists", $"A name is taken: {e.MessageText}."),
        _ => Failed("swap_failed", $"The server refused to rename \"{swap.Name}\": {e.MessageText} (SQLSTATE {e.SqlState})."),
    };

    private static RestoreFailedException Failed(string code, string message, string? advice = null, Exception? inner = null) =>
        new(RunStage.Swap, code, message, advice, inner);
}
