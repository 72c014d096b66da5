using System.Text.RegularExpressions;
using BackupApp.Tools;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>What pg_dump and pg_dumpall say, and what is to be done about it.</summary>
internal sealed partial class PgDumpWords(PostgresConnector connector, DatabaseConnection connection) : IToolWords
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public string? Advise(string failure) => ServerAdvice.Of(failure);

    public IReadOnlyList<string> Notes(IReadOnlyList<string> said) => PgDumpWarnings.NotesOf(said);

    public async Task<bool> SawSomethingVanishAsync(IReadOnlyList<string> said, CancellationToken cancellationToken)
    {
        var failure = said.SkipWhile(line => !ErrorLine().IsMatch(line)).ToList();
        var text = string.Join('\n', failure);
        if (GoneInItself().IsMatch(text))
            return true;
        return LockedTables().Match(text) is { Success: true, Groups: var groups }
            && (NoSuchTable().IsMatch(text) || await IsAnyGoneAsync(groups["tables"].Value, groups["end"].Success, cancellationToken));
    }

    // The server may say it in its own language: its catalogue says it in none.
    private async Task<bool> IsAnyGoneAsync(string tables, bool complete, CancellationToken cancellationToken)
    {
        var names = tables.Split(", ");
        try
        {
            await using var session = await connector.OpenAsync(connection, Limit, cancellationToken);
            await using var command = new NpgsqlCommand(
                "SELECT EXISTS (SELECT FROM unnest($1) t WHERE to_regclass(t) IS NULL)", session.Connection)
            {
                Parameters = { new() { Value = complete ? names : names[..^1] } }, // A long line was cut, and its last name with it.
            };
            return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (Exception e) when (e is ConnectException or NpgsqlException)
        {
            return false;
        }
    }

    [GeneratedRegex("^pg_dump: error: ", RegexOptions.None, 1000)]
    private static partial Regex ErrorLine();

    // Errors that PostgreSQL does not translate, and pg_dump's own.
    private const string GoneInItselfPattern =
        @"query failed: \S+  (could not open relation with OID \d|cache lookup failed for )"
        + @"|^pg_dump: error: (schema with OID \d+ does not exist|could not find function definition for function with OID \d"
        + "|failed sanity check, (parent table with OID|parent OID|table OID)|query to obtain definition of view \".*\" returned no data"
        + "|query to get rule \".*\" failed: wrong number of rows returned)";

    [GeneratedRegex(GoneInItselfPattern, RegexOptions.Multiline, 1000)]
    private static partial Regex GoneInItself();

    [GeneratedRegex("[Qq]uery was: LOCK TABLE (ONLY )?(?<tables>.+?)(?<end> IN ACCESS SHARE MODE)?$", RegexOptions.Multiline, 1000)]
    private static partial Regex LockedTables();

    [GeneratedRegex("query failed: ERROR:  (relation|schema) \".*\" does not exist", RegexOptions.None, 1000)]
    private static partial Regex NoSuchTable();
}
