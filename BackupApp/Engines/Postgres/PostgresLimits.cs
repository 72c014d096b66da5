using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// Switches the role's and the database's own time limits off, as pg_dump does for itself: they are
/// meant for the application's queries. Only for the transaction that it begins: a setting of the
/// session would stay behind in a pooler's server connection, for whoever gets that next.
/// </summary>
internal static class PostgresLimits
{
    private const int TransactionTimeoutMajor = 17;

    private static readonly string[] Names = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"];

    /// <summary>
    /// For pg_dumpall, which leaves the limits as they are: libpq's <c>PGOPTIONS</c>. Poolers and proxies may refuse start-up options.
    /// </summary>
    public static string StartUpOptions => string.Join(' ', Names.Select(name => $"-c {name}=0"));

    /// <summary>
    /// Begins a transaction without limits; a statement that fails ends it for all that follow. It sees
    /// what others commit meanwhile, and works on a standby whatever isolation is the default there.
    /// </summary>
    public static string Begin(NpgsqlConnection connection)
    {
        IEnumerable<string> names =
            connection.PostgreSqlVersion.Major >= TransactionTimeoutMajor ? [.. Names, "transaction_timeout"] : Names;
        return $"BEGIN ISOLATION LEVEL READ COMMITTED; {string.Concat(names.Select(name => $"SET LOCAL {name} = 0; "))}";
    }

    /// <summary>Whether the role or the database sets any.</summary>
    public static async Task<bool> AreSetAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT EXISTS (SELECT FROM pg_settings WHERE name = ANY ($1) AND reset_val <> '0')", connection)
        {
            Parameters = { new() { Value = Names } },
        };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
