using BackupApp.Tools;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>Asks a server what the connection of a tool is.</summary>
internal static class ToolLook
{
    // The tool's, and perhaps those of a run that began in the same moment: only where all are alike it is known.
    private const string Query = """
        SELECT bool_and(tls.ssl), bool_or(tls.ssl), min(tls.version)
        FROM pg_stat_activity tool
        JOIN pg_stat_ssl tls USING (pid)
        JOIN pg_stat_activity mine ON mine.pid = pg_backend_pid() AND tool.pid <> mine.pid
            AND tool.backend_start >= mine.backend_start AND tool.client_addr IS NOT DISTINCT FROM mine.client_addr
        WHERE tool.application_name = $1 AND tool.usename = session_user
        """;

    /// <param name="verifies">The tool takes only a server whose certificate it has checked.</param>
    /// <returns>Null while no such connection is to be seen.</returns>
    public static async Task<ToolConnection?> AskAsync(
        PostgresSession session, string applicationName, bool verifies, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Query, session.Connection) { Parameters = { new() { Value = applicationName } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)
            || await reader.IsDBNullAsync(0, cancellationToken)
            || reader.GetBoolean(0) != reader.GetBoolean(1))
            return null;
        if (!reader.GetBoolean(0))
            return new(ConnectionProtection.Unencrypted);
        var protocol = await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2);
        return ToolConnection.Encrypted(verifies, protocol);
    }
}
