using System.Globalization;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>The first stage of a backup: a login that has patience with what passes.</summary>
public sealed class PostgresConnectStage(PostgresLogin login, TimeProvider time)
{
    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(10);

    /// <exception cref="ConnectException">
    /// It did not work. An unreachable, silent or busy server was tried for
    /// <see cref="ConnectPatience.Limit"/>; a refusal is final at once.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<ConnectedServer> ConnectAsync(DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken)
    {
        var longest = connection.Parameters.TryGetValue("connect_timeout", out var seconds)
            ? TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture))
            : LongestTry;
        return ConnectPatience.TryAsync(
            longest,
            limit => TryAsync(connection, selection, limit, cancellationToken),
            time,
            cancellationToken);
    }

    private async Task<ConnectedServer> TryAsync(
        DatabaseConnection connection, DumpSelection selection, TimeSpan limit, CancellationToken cancellationToken)
    {
        var (session, server, _) = await login.OpenAsync(connection, selection, limit, cancellationToken);
        await using (session)
        {
            var gaps = await GapsAsync(session, selection, cancellationToken);
            var size = await PostgresInspection.SizeAsync(session.Connection, cancellationToken);
            return new(server with { DatabaseSize = size }, session.Address) { Gaps = gaps };
        }
    }

    private static async Task<IReadOnlyList<string>> GapsAsync(
        PostgresSession session, DumpSelection selection, CancellationToken cancellationToken)
    {
        try
        {
            return await PgGaps.FindAsync(session.Connection, selection, cancellationToken);
        }
        catch (NpgsqlException)
        {
            return ["What the backup lacks could not be looked at in time."];
        }
    }
}
