using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// Reads what makes a database, for those who restore it under another name: the archive itself can only make it under its own.
/// </summary>
internal static class PostgresTraits
{
    // The columns of pg_database differ between versions: as JSON, those that are not there read as null.
    private const string Database = """
        SELECT pg_get_userbyid(d.datdba)::text, pg_encoding_to_char(d.encoding)::text, d.datcollate::text, d.datctype::text,
               row_to_json(d)->>'datlocprovider', coalesce(row_to_json(d)->>'datlocale', row_to_json(d)->>'daticulocale'),
               row_to_json(d)->>'daticurules',
               (SELECT spcname::text FROM pg_tablespace t WHERE t.oid = d.dattablespace AND spcname <> 'pg_default'),
               d.datconnlimit, d.datistemplate, shobj_description(d.oid, 'pg_database'), d.datacl IS NOT NULL
        FROM pg_database d WHERE d.datname = current_database()
        """;

    private const string Settings = """
        SELECT CASE WHEN s.setrole <> 0 THEN pg_get_userbyid(s.setrole)::text END, c.setting
        FROM pg_db_role_setting s CROSS JOIN LATERAL unnest(s.setconfig) WITH ORDINALITY c(setting, n)
        WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
        ORDER BY s.setrole, c.n
        """;

    private const string Grants = """
        SELECT CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee)::text END, a.privilege_type, a.is_grantable
        FROM pg_database d CROSS JOIN LATERAL aclexplode(d.datacl) a WHERE d.datname = current_database()
        """;

    private const string Extensions = "SELECT extname::text, extversion FROM pg_extension ORDER BY extname";

    /// <param name="connection">To the database itself.</param>
    public static async Task<DatabaseTraits?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var hasGrants = false;
        var found = await ListAsync(connection, Database, row =>
        {
            hasGrants = row.GetBoolean(11);
            return new DatabaseTraits
            {
                Owner = row.GetString(0),
                Encoding = row.GetString(1),
                Collate = row.GetString(2),
                CharacterType = row.GetString(3),
                LocaleProvider = Provider(Text(row, 4)),
                Locale = Text(row, 5),
                IcuRules = Text(row, 6),
                Tablespace = Text(row, 7),
                ConnectionLimit = row.GetInt32(8),
                IsTemplate = row.GetBoolean(9),
                Comment = Text(row, 10),
            };
        }, cancellationToken);
        if (found is not [var traits])
            return null;
        return traits with
        {
            Settings = await ListAsync(connection, Settings, row => ReadSetting(Text(row, 0), row.GetString(1)), cancellationToken),
            Grants = hasGrants
                ? await ListAsync(
                    connection,
                    Grants,
                    row => new DatabaseTraits.Grant(Text(row, 0), row.GetString(1), row.GetBoolean(2)),
                    cancellationToken)
                : null,
            Extensions = await ListAsync(
                connection,
                Extensions,
                row => new DatabaseTraits.InstalledExtension(row.GetString(0), row.GetString(1)),
                cancellationToken),
        };
    }

    private static DatabaseTraits.Setting ReadSetting(string? role, string setting)
    {
        var at = setting.IndexOf('=', StringComparison.Ordinal);
        return new(role, setting[..at], setting[(at + 1)..]);
    }

    private static string? Provider(string? letter) => letter switch
    {
        "c" => "libc",
        "i" => "icu",
        "b" => "builtin",
        _ => null,
    };

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static async Task<IReadOnlyList<T>> ListAsync<T>(
        NpgsqlConnection connection, string query, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(query, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var list = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            list.Add(read(reader));
        return list;
    }
}
