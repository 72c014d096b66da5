using System.Globalization;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>Lists what is on a server, and tells which server it is.</summary>
internal static class PostgresContents
{
    /// <summary>The database that every server has to log in to: without tables of its own it holds nobody's data.</summary>
    private const string Maintenance = "postgres";

    private const string HasTables = """
        SELECT EXISTS (
            SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
                AND NOT EXISTS (
                    SELECT 1 FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <exception cref="ConnectException">The server could not be asked.</exception>
    public static async Task<ServerContents> ReadAsync(
        PostgresDatabases databases, DatabaseConnection connection, CancellationToken cancellationToken)
    {
        await using var session = await databases.Connector.OpenAsync(connection, Limit, cancellationToken);
        try
        {
            var catalog = await databases.ReadAsync(session.Connection, DumpSelection.Everything, cancellationToken);
            var identity = await IdentityAsync(session.Connection, cancellationToken);
            var names = catalog.Databases.Select(d => d.Name).ToList();
            if (names.Contains(Maintenance) && !await IsUsedAsync(databases, connection, cancellationToken))
                names.Remove(Maintenance);
            return new ServerContents(identity, names);
        }
        catch (PostgresException e)
        {
            throw ServerRefusal.Of(e, connection);
        }
        catch (NpgsqlException e)
        {
            throw ServerRefusal.AfterLogin(e, connection);
        }
    }

    // The number that a cluster got when it was made; its standbys have the same, and hold the same databases. Managed services may
    // keep it to themselves. It is the last question of the transaction, which a refusal ends.
    private static async Task<string?> IdentityAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand("SELECT system_identifier FROM pg_catalog.pg_control_system()", connection);
            var number = await command.ExecuteScalarAsync(cancellationToken);
            return string.Create(CultureInfo.InvariantCulture, $"postgres/{number}");
        }
        catch (PostgresException)
        {
            return null;
        }
    }

    // Whoever may not look cannot back it up either: then it is not spoken of.
    private static async Task<bool> IsUsedAsync(
        PostgresDatabases databases, DatabaseConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var session = await databases.Connector.OpenAsync(
                connection with { Database = Maintenance }, Limit, cancellationToken);
            await using var command = new NpgsqlCommand(HasTables, session.Connection);
            return await command.ExecuteScalarAsync(cancellationToken) is true;
        }
        catch (Exception e) when (e is ConnectException or NpgsqlException)
        {
            return false;
        }
    }
}
