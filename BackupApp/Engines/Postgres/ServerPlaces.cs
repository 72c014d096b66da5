using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>The places for connections that a server has left.</summary>
internal static class ServerPlaces
{
    /// <summary>Places that must be left on the server: the tool's own, and some for others.</summary>
    private const int FewestFree = 3;

    private const string Query = """
        SELECT least(
            current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
            (SELECT nullif(rolconnlimit, -1) - (SELECT count(*) FROM pg_stat_activity WHERE usename = current_user)
                FROM pg_roles WHERE rolname = current_user),
            (SELECT nullif(datconnlimit, -1) - (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database())
                FROM pg_database WHERE datname = current_database()))
        """;

    public static async Task<bool> AreLeftAsync(PostgresSession session, CancellationToken cancellationToken)
    {
        try
        {
            await session.BeginAsync(cancellationToken);
            await using var command = new NpgsqlCommand(Query, session.Connection);
            var free = await command.ExecuteScalarAsync(cancellationToken) as long?;
            await session.EndAsync();
            return free >= FewestFree;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
