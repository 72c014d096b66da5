using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// Tells one database from all others, whatever name, address or pooler leads to it: the instant at which its server started, to the
/// microsecond, and the database's number there.
/// </summary>
public sealed record OwnDatabase(DateTime ServerStartedAt, uint DatabaseId)
{
    private const string Query = "SELECT pg_postmaster_start_time(), oid FROM pg_database WHERE datname = current_database()";

    public static async Task<OwnDatabase> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Query, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(reader.GetDateTime(0), reader.GetFieldValue<uint>(1));
    }
}

/// <summary>Knows which database is this application's own, which must not become a data source.</summary>
/// <param name="open">Opens a connection to the application's database; the probe disposes it.</param>
public sealed class OwnDatabaseProbe(Func<CancellationToken, Task<NpgsqlConnection>> open)
{
    private volatile OwnDatabase? _known;

    /// <summary>Asked anew each time, since the server may have been restarted. While it is away the last answer counts, or null.</summary>
    public async Task<OwnDatabase?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await open(cancellationToken);
            return _known = await OwnDatabase.ReadAsync(connection, cancellationToken);
        }
        catch (NpgsqlException)
        {
            return _known;
        }
    }
}
