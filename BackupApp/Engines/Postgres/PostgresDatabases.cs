using BackupApp.Engines.Postgres.Restores;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// Lists the databases of a server. Left out are templates, those that allow no connections, those that were half dropped,
/// those that restores made or kept, those of managed services that nobody else may enter, and this application's own.
/// </summary>
public sealed class PostgresDatabases(PostgresConnector connector, OwnDatabaseProbe own)
{
    internal PostgresConnector Connector => connector;

    private const string Query = """
        SELECT datname::text, oid, coalesce(has_database_privilege(oid, 'CONNECT'), true), pg_postmaster_start_time(), datconnlimit = -2
        FROM pg_database
        WHERE datallowconn AND NOT datistemplate AND datname <> ALL ('{rdsadmin,cloudsqladmin,azure_maintenance,azure_sys}')
        ORDER BY datname COLLATE "C"
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <exception cref="ConnectException">The server could not be asked.</exception>
    public async Task<ServerCatalog> ReadAsync(DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken)
    {
        await using var session = await connector.OpenAsync(connection, Limit, cancellationToken);
        try
        {
            return await ReadAsync(session.Connection, selection, cancellationToken);
        }
        catch (PostgresException e)
        {
            throw ServerRefusal.Of(e, connection);
        }
        catch (NpgsqlException e)
        {
            throw new ConnectException(
                ConnectionTestCode.ServerError,
                "The server ended the connection when it was asked for its databases.",
                "Try again; the server's own log may say more.", e.InnerException);
        }
    }

    /// <param name="connection">To the database itself.</param>
    /// <returns>Null where they could not be read: a backup is one without them.</returns>
    public async Task<DatabaseTraits?> ReadTraitsAsync(DatabaseConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var session = await connector.OpenAsync(connection, Limit, cancellationToken);
            return await PostgresTraits.ReadAsync(session.Connection, cancellationToken);
        }
        // Names that are no UTF-8, in a database without an encoding, are refused by the decoder.
        catch (Exception e) when (e is ConnectException or NpgsqlException or ArgumentException or InvalidCastException)
        {
            return null;
        }
    }

    internal async Task<ServerCatalog> ReadAsync(NpgsqlConnection connection, DumpSelection selection, CancellationToken cancellationToken)
    {
        var mine = await own.ReadAsync(cancellationToken);
        var databases = new List<ServerDatabase>();
        var (invalid, ofRestores) = (new List<string>(), new List<string>());
        string? ownDatabase = null;
        await using (var command = new NpgsqlCommand(Query, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var name = reader.GetString(0);
                if (selection.ExcludeDatabases.Contains(name, StringComparer.Ordinal))
                    continue;
                if (mine == new OwnDatabase(reader.GetDateTime(3), reader.GetFieldValue<uint>(1)))
                    ownDatabase = name;
                else if (reader.GetBoolean(4))
                    invalid.Add(name);
                else if (RestoreNames.IsOurs(name))
                    ofRestores.Add(name);
                else
                    databases.Add(new(name, reader.GetBoolean(2)));
            }
        }

        var readsPasswords = await ReadsPasswordsAsync(connection, cancellationToken);
        var limits = await PostgresLimits.AreSetAsync(connection, cancellationToken);
        return new(databases, readsPasswords, ownDatabase, invalid, ofRestores, limits);
    }

    // Tried rather than asked: managed services refuse it in ways of their own. The transaction survives a refusal.
    private static async Task<bool> ReadsPasswordsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, "SAVEPOINT passwords", cancellationToken);
        try
        {
            await ExecuteAsync(connection, "SELECT rolpassword FROM pg_catalog.pg_authid LIMIT 1", cancellationToken);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            await ExecuteAsync(connection, "ROLLBACK TO SAVEPOINT passwords", cancellationToken);
            return false;
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
