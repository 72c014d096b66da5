using System.Globalization;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>What the role lacks to dump the whole database.</summary>
/// <param name="Message">Names up to five objects.</param>
/// <param name="Advice">The statements that grant it.</param>
internal sealed record MissingRights(string Message, string Advice);

/// <summary>
/// Asks beforehand what pg_dump would trip over: tables and sequences without SELECT, schemas without USAGE, row-level security, and
/// large objects.
/// </summary>
internal static class PostgresRights
{
    public const int PgReadAllDataMajor = 14;

    /// <summary>Null when nothing of the selection is missing.</summary>
    public static async Task<MissingRights?> FindAsync(
        NpgsqlConnection connection, DumpSelection selection, int major, CancellationToken cancellationToken)
    {
        var (role, superuser, readsAll) = await RoleAsync(connection, cancellationToken);
        if (superuser)
            return null;
        var missing = await TablesAsync(connection, new PostgresFilter(selection), role, major, readsAll, cancellationToken);
        // Only a dump of everything holds large objects, which belong to no schema.
        return missing is null && selection.IncludeSchemas.Count + selection.IncludeTables.Count == 0
            ? await LargeObjectsAsync(connection, role, major, cancellationToken)
            : missing;
    }

    /// <summary>Who the session is, and whether it may read everything there is and will be.</summary>
    public static async Task<(string Name, bool Superuser, bool ReadsAll)> RoleAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PostgresRightsQueries.Role, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetString(0), reader.GetBoolean(1), reader.GetBoolean(2));
    }

    private static async Task<MissingRights?> TablesAsync(
        NpgsqlConnection connection, PostgresFilter filter, string role, int major, bool readsAll, CancellationToken cancellationToken)
    {
        await using var command = filter.Command(PostgresRightsQueries.Unreadable(filter), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<(string Schema, string Name, bool Filtered)>();
        long count = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add((reader.GetString(0), reader.GetString(1), reader.GetBoolean(3)));
            count = reader.GetInt64(4);
        }

        if (found.Count == 0)
            return null;
        var names = string.Join(", ", found.Select(f => $"{f.Schema}.{f.Name}")) + (count > found.Count ? ", …" : "");
        return found[0].Filtered
            ? new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Row-level security hides rows from the role \"{role}\" in {count} table(s): {names}."),
                $"As superuser run: ALTER ROLE {ServerRefusal.Quote(role)} BYPASSRLS;")
            : new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The role \"{role}\" may not read {count} table(s) or sequence(s): {names}."),
                GrantAdvice(role, major, readsAll, found.Where(f => !f.Filtered).Select(f => f.Schema).Distinct()));
    }

    private static string GrantAdvice(string role, int major, bool readsAll, IEnumerable<string> schemas)
    {
        var grantee = ServerRefusal.Quote(role);
        if (major >= PgReadAllDataMajor && !readsAll)
            return $"As superuser run: GRANT pg_read_all_data TO {grantee};";
        var statements = schemas.Select(ServerRefusal.Quote).Select(s =>
            $"GRANT USAGE ON SCHEMA {s} TO {grantee}; GRANT SELECT ON ALL TABLES IN SCHEMA {s} TO {grantee}; "
            + $"GRANT SELECT ON ALL SEQUENCES IN SCHEMA {s} TO {grantee};");
        return $"As owner or superuser run: {string.Join(' ', statements)} Tables made later need ALTER DEFAULT PRIVILEGES.";
    }

    private static async Task<MissingRights?> LargeObjectsAsync(
        NpgsqlConnection connection, string role, int major, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PostgresRightsQueries.LargeObjects(major), connection);
        var count = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (count == 0)
            return null;
        return new(
            string.Create(CultureInfo.InvariantCulture, $"The role \"{role}\" may not read {count} large object(s)."),
            "In psql, as superuser run: SELECT format('GRANT SELECT ON LARGE OBJECT %s TO %I', oid, "
            + $"'{role.Replace("'", "''", StringComparison.Ordinal)}') FROM pg_largeobject_metadata \\gexec");
    }
}
