using Npgsql;
using NpgsqlTypes;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// A selection's table filters as SQL over <c>pg_class c</c> and <c>pg_namespace n</c>, with pg_dump's own meaning:
/// a named table counts whatever its schema, and a pattern without a schema finds what the role's search path shows.
/// </summary>
internal sealed class PostgresFilter
{
    private readonly List<NpgsqlParameter> _parameters = [];

    public PostgresFilter(DumpSelection selection)
    {
        var included =
            selection.IncludeTables.Count > 0 ? AnyTable(selection.IncludeTables)
            : selection.IncludeSchemas.Count > 0 ? AnySchema(selection.IncludeSchemas)
            : "true";
        Picks = $"{included} AND NOT {AnySchema(selection.ExcludeSchemas)} AND NOT {AnyTable(selection.ExcludeTables)}";
        Empties = AnyTable(selection.ExcludeTableData);
        PicksSchema =
            $"{(selection.IncludeSchemas.Count > 0 ? AnySchema(selection.IncludeSchemas) : "true")} AND NOT "
            + $"{AnySchema(selection.ExcludeSchemas)}";
        PicksOthers = selection.IncludeTables.Count == 0 ? "true" : "false";
        PicksAll = selection.IncludeSchemas.Count + selection.IncludeTables.Count == 0 ? "true" : "false";
    }

    /// <summary>Condition: the relation is dumped.</summary>
    public string Picks { get; }

    /// <summary>Condition: its rows are not.</summary>
    public string Empties { get; }

    /// <summary>
    /// Condition over <c>pg_namespace n</c> alone: what else is in the schema is dumped, as long as <see cref="PicksOthers"/>.
    /// </summary>
    public string PicksSchema { get; }

    /// <summary>Condition: more than tables is dumped.</summary>
    public string PicksOthers { get; }

    /// <summary>Condition: what belongs to no schema is dumped, extensions among it.</summary>
    public string PicksAll { get; }

    public NpgsqlCommand Command(string sql, NpgsqlConnection connection)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in _parameters)
            command.Parameters.Add(parameter.Clone());
        return command;
    }

    /// <summary>Has the server read all patterns, whether it meets a name to try them on or not.</summary>
    /// <exception cref="PostgresException"><see cref="PostgresErrorCodes.InvalidRegularExpression"/></exception>
    public async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT count(*) FROM unnest($1) p WHERE '' ~ p", connection)
        {
            Parameters =
            {
                new()
                {
                    Value = _parameters.Select(p => (string)p.Value!).ToArray(),
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
                },
            },
        };
        await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>
    /// The first chosen schema or table that the database does not have, with which pg_dump would not begin. Null when there is none.
    /// </summary>
    public static async Task<string?> FindUnmatchedAsync(
        NpgsqlConnection connection, DumpSelection selection, CancellationToken cancellationToken)
    {
        foreach (var (patterns, schemas) in new[] { (selection.IncludeSchemas, true), (selection.IncludeTables, false) })
        {
            foreach (var pattern in patterns)
            {
                var filter = new PostgresFilter(DumpSelection.Everything);
                var sql = schemas
                    ? $"SELECT EXISTS (SELECT FROM pg_namespace n WHERE {filter.AnySchema([pattern])})"
                    : "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'S', "
                        + $"'v', 'm', 'f', 'p') AND {filter.AnyTable([pattern])})";
                await using var command = filter.Command(sql, connection);
                if (!(bool)(await command.ExecuteScalarAsync(cancellationToken))!)
                    return pattern;
            }
        }

        return null;
    }

    private string AnySchema(IEnumerable<string> patterns) => Any(patterns.Select(p => $"n.nspname ~ {Add(NamePattern.Parse(p).Name)}"));

    private string AnyTable(IEnumerable<string> patterns) => Any(patterns.Select(NamePattern.Parse).Select(p =>
        $"(c.relname ~ {Add(p.Name)} AND {(p.Schema is null ? "pg_table_is_visible(c.oid)" : $"n.nspname ~ {Add(p.Schema)}")})"));

    private static string Any(IEnumerable<string> conditions) => $"({string.Join(" OR ", conditions.DefaultIfEmpty("false"))})";

    private string Add(string expression)
    {
        _parameters.Add(new() { Value = expression, NpgsqlDbType = NpgsqlDbType.Text });
        return $"${_parameters.Count}";
    }
}
