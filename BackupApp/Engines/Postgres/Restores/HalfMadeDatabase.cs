using BackupApp.Engines.Restores;
using BackupApp.Errors;
using Npgsql;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>The database that a restore fills before it gets its name: made, noted, and dropped when the restore does not end
/// well.</summary>
internal sealed class HalfMadeDatabase(TargetServer server, IRestoreSteps steps)
{
    private static readonly TimeSpan ClearLimit = TimeSpan.FromSeconds(60);

    private KeptDatabase? _made;

    /// <summary>
    /// Lets everybody in again, as every new database does, before it gets whatever grants it is to have. Until then nobody but its maker
    /// has business in it.
    /// </summary>
    public static string Open(string name) => $"GRANT CONNECT ON DATABASE {ServerRefusal.Quote(name)} TO PUBLIC";

    private static string Close(string name) => $"REVOKE CONNECT ON DATABASE {ServerRefusal.Quote(name)} FROM PUBLIC";

    /// <exception cref="RestoreFailedException">It could not be made.</exception>
    public async Task<KeptDatabase> MakeAsync(ArchiveDatabase archive, string name, CancellationToken cancellationToken)
    {
        await using var session = await server.OpenElsewhereAsync([name], cancellationToken);
        if (await TargetServer.FindAsync(session.Connection, name, cancellationToken) is not null)
            throw Failed(
                "database_already_exists", $"There is a database \"{name}\" already.", "Drop it: a restore that was cut may have left it.");

        var tablespace = await FindTablespaceAsync(session.Connection, archive.Tablespace, cancellationToken);
        _made = new(name, 0);
        await steps.MadeAsync(name, 0, cancellationToken);
        var create = archive.Create(name, server.Major, tablespace);
        // Some poolers look a login up in the very database, as a role of their own.
        string[] statements = server.Server.Server.Pooled ? [create] : [create, Close(name)];
        await CreateAsync(session.Connection, statements, name, cancellationToken);
        var row = await TargetServer.FindAsync(session.Connection, name, cancellationToken);
        _made = new(name, row!.Oid);
        await steps.MadeAsync(name, row.Oid, cancellationToken);
        return _made;
    }

    /// <summary>Drops it, if it can be: else it stays noted for whoever settles that later.</summary>
    public async Task ClearAsync()
    {
        if (_made is null)
            return;
        using var limit = new CancellationTokenSource(ClearLimit);
        try
        {
            await DatabaseDrop.RunAsync(server, _made, limit.Token);
            await steps.ClearedAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is StagedException or NpgsqlException or OperationCanceledException)
        {
            steps.Warn($"What was restored so far could not be dropped yet: the database \"{_made.Name}\". That is tried again later.");
        }
    }

    private async Task<string?> FindTablespaceAsync(NpgsqlConnection connection, string? wanted, CancellationToken cancellationToken)
    {
        if (wanted is null)
            return null;
        if (await Sql.ScalarAsync<bool>(
            connection, "SELECT has_tablespace_privilege(oid, 'CREATE') FROM pg_tablespace WHERE spcname = $1", cancellationToken, wanted))
            return wanted;
        steps.Warn($"The database was in the tablespace \"{wanted}\", which this server lacks, or the login may not use: it is in the "
            + "usual one now.");
        return null;
    }

    private static async Task CreateAsync(
        NpgsqlConnection connection, IReadOnlyList<string> statements, string name, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var sql in statements)
                await Sql.ExecuteAsync(connection, sql, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw Failed("cannot_create_database", $"The login may not create a database: {e.MessageText}.",
                "As superuser run: ALTER ROLE … CREATEDB for it.", e);
        }
        catch (PostgresException e)
        {
            throw Failed("cannot_create_database", $"The server could not create \"{name}\": {e.MessageText}.", ServerAdvice.Of(
                e.MessageText) ?? e.Hint, e);
        }
    }

    private static RestoreFailedException Failed(string code, string message, string? advice, Exception? inner = null) =>
        new(RunStage.Restore, code, message, advice, inner);
}

/// <summary>Drops a database that a restore has made or kept, if it still is what was noted.</summary>
internal static class DatabaseDrop
{
    private const int ForceSince = 13;

    /// <param name="database">Its number is 0 where only the name, with a restore's id in it, is known.</param>
    /// <returns>False when there is none of the name and number any more.</returns>
    /// <exception cref="RestoreFailedException">The server refused.</exception>
    public static async Task<bool> RunAsync(TargetServer server, KeptDatabase database, CancellationToken cancellationToken)
    {
        if (!RestoreNames.IsOurs(database.Name))
            throw new ArgumentException("Only databases of restores are dropped.", nameof(database));
        await using var session = await server.OpenElsewhereAsync([database.Name], cancellationToken);
        var row = await TargetServer.FindAsync(session.Connection, database.Name, cancellationToken);
        if (row is null || (database.Oid != 0 && row.Oid != database.Oid))
            return false;
        try
        {
            await DropAsync(session.Connection, row, server.Major, cancellationToken);
            return true;
        }
        catch (PostgresException e)
        {
            throw Refused(row, e);
        }
    }

    private static async Task DropAsync(NpgsqlConnection connection, DatabaseRow row, int major, CancellationToken cancellationToken)
    {
        var drop = $"DROP DATABASE {ServerRefusal.Quote(row.Name)}";
        if (major >= ForceSince)
        {
            await Sql.ExecuteAsync(connection, $"{drop} WITH (FORCE)", cancellationToken);
            return;
        }

        await Sql.ListAsync(
            connection, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datid::bigint = $1", r =>
                r.GetBoolean(0), cancellationToken, row.Oid);
        await Sql.ExecuteAsync(connection, drop, cancellationToken);
    }

    private static RestoreFailedException Refused(DatabaseRow row, PostgresException e) => new(
        RunStage.Swap,
        e.SqlState == PostgresErrorCodes.InsufficientPrivilege ? "privileges_missing" : "database_in_use",
        $"The database \"{row.Name}\" could not be dropped: {e.Detail ?? e.MessageText}",
        e.SqlState switch
        {
            PostgresErrorCodes.InsufficientPrivilege => $"It belongs to \"{row.Owner}\": drop it as that role or as superuser.",
            PostgresErrorCodes.ObjectInUse =>
                "Its subscriptions, logical replication slots and prepared transactions must be dropped or ended in it first.",
            PostgresErrorCodes.WrongObjectType =>
                $"It is a template: run ALTER DATABASE {ServerRefusal.Quote(row.Name)} IS_TEMPLATE false; first.",
            _ => null,
        },
        e);
}
