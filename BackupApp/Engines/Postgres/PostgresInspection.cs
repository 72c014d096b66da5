using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace BackupApp.Engines.Postgres;

/// <summary>What a server tells of itself on an open connection.</summary>
internal static class PostgresInspection
{
    private const int MaxListed = 20;

    // Catalogues of databases with millions of files answer slowly; the size is only for information.
    private const int SizeSeconds = 3;

    private const string Facts = """
        SELECT current_setting('server_version'), current_setting('server_version_num')::int, pg_backend_pid(),
               (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()),
               pg_is_in_recovery(), current_setting('transaction_read_only')::bool
        """;

    private const string Databases = """
        SELECT datname FROM pg_database
        WHERE datallowconn AND NOT datistemplate AND has_database_privilege(oid, 'CONNECT')
        ORDER BY datname LIMIT $1
        """;

    /// <exception cref="ConnectException">The server is not in the state that <c>target_session_attrs</c> asks for.</exception>
    public static async Task<ServerInfo> ReadAsync(PostgresSession session, string? target, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Facts, session.Connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        RequireState(target, standby: reader.GetBoolean(4), readOnly: reader.GetBoolean(5));

        // A pooler greets with a made-up process number; the query is answered by a real one.
        var pooled = reader.GetInt32(2) != session.Connection.ProcessID;
        var protocol = session.Encrypted && !pooled && !await reader.IsDBNullAsync(3, cancellationToken) ? reader.GetString(3) : null;
        return new(reader.GetString(0), reader.GetInt32(1) / 10000, null, session.Encrypted, session.Verified, protocol, pooled);
    }

    /// <summary>
    /// Bytes, or null where the role may not ask or the server takes too long. Nothing can be asked in the same transaction after that.
    /// </summary>
    /// <param name="databases">Null for the connection's own.</param>
    public static async Task<long?> SizeAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken, IEnumerable<string>? databases = null)
    {
        try
        {
            await using var command = new NpgsqlCommand(
                "SELECT sum(pg_database_size(d))::bigint FROM unnest(coalesce($1, ARRAY[current_database()::text])) d",
                connection)
            {
                CommandTimeout = SizeSeconds,
                Parameters =
                {
                    new()
                    {
                        Value = databases?.ToArray() ?? (object)DBNull.Value,
                        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
                    },
                },
            };
            return await command.ExecuteScalarAsync(cancellationToken) as long?;
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    /// <summary>Up to twenty databases that the role may connect to.</summary>
    public static async Task<IReadOnlyList<string>> DatabasesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Databases, connection) { Parameters = { new() { Value = MaxListed } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            names.Add(reader.GetString(0));
        return names;
    }

    // Npgsql checks this only with several hosts; libpq always does.
    private static void RequireState(string? target, bool standby, bool readOnly)
    {
        var fits = target switch
        {
            "read-write" => !readOnly,
            "read-only" => readOnly,
            "primary" => !standby,
            "standby" => standby,
            _ => true,
        };
        if (!fits)
        {
            throw new ConnectException(ConnectionTestCode.ServerError,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The server is a {(standby ? "standby" : "primary")}{(readOnly ? ", read-only" : "")}, "
                    + $"and target_session_attrs asks for {target}."),
                "Give the address of a server of that kind, or remove target_session_attrs.");
        }
    }
}
