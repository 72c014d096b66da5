using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// What stands in the way of a dump of one database, though its login works. With <see cref="ConnectionTestCode.Ok"/> at most an advice.
/// </summary>
internal sealed record PostgresFindings(ConnectionTestCode Code, string? Message, string? Advice)
{
    private static readonly PostgresFindings Nothing = new(ConnectionTestCode.Ok, null, null);

    public static async Task<PostgresFindings> OfAsync(
        NpgsqlConnection connection, DumpSelection selection, int major, CancellationToken cancellationToken)
    {
        try
        {
            await new PostgresFilter(selection).CheckAsync(connection, cancellationToken);
            if (await PostgresFilter.FindUnmatchedAsync(connection, selection, cancellationToken) is { } pattern)
            {
                return new(ConnectionTestCode.ServerError, $"The database has no schema or table that fits the filter {pattern}.",
                    "Check the spelling: a table outside the role's search path needs its schema before it (shop.orders), "
                    + "and a name with capitals stands between double quotes (\"Orders\").");
            }

            return await PostgresRights.FindAsync(connection, selection, major, cancellationToken) is { } missing
                ? new(ConnectionTestCode.PrivilegesMissing, missing.Message, missing.Advice)
                : Nothing;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidRegularExpression)
        {
            return new(
                ConnectionTestCode.ServerError,
                $"One of the filters is not a pattern that the server can read: {e.MessageText}.",
                "Put names with unusual characters between double quotes.");
        }
        catch (NpgsqlException)
        {
            // Too many tables to check in time, or a server that is only like PostgreSQL. pg_dump itself will tell.
            return Nothing with { Advice = "Whether the role may read everything could not be checked." };
        }
    }

    public static string? OfPooler(ServerInfo server) =>
        server.SharedConnections ? $"A pooler in transaction mode answers here, which this data source allows. {SharedConnections.Harm}"
        : server.Pooled ? "A connection pooler answers here. Give the server's direct port (often 5432): a pooler can break a long dump."
        : null;

    public static string? Join(params string?[] sentences) =>
        string.Join(' ', sentences.Where(s => s is not null)) is { Length: > 0 } text ? text : null;
}
