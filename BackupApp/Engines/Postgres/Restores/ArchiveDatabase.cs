using System.Text;
using BackupApp.Engines.Postgres.Archives;
using BackupApp.Engines.Restores;
using BackupApp.Errors;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>What an archive says of its database as a whole, as statements that make one of another name.</summary>
internal sealed class ArchiveDatabase
{
    private const int ProvidersSince = 15;
    private const int BuiltInSince = 17;

    // In CREATE DATABASE's own words, with the server that understands them first; the tablespace is a name and comes apart.
    private static readonly (string Name, int Since)[] Known =
    [
        ("ENCODING", 0),
        ("LOCALE_PROVIDER", ProvidersSince),
        ("LOCALE", 13),
        ("LC_COLLATE", 0),
        ("LC_CTYPE", 0),
        ("ICU_LOCALE", ProvidersSince),
        ("ICU_RULES", 16),
        ("BUILTIN_LOCALE", BuiltInSince),
    ];

    private readonly Dictionary<string, string> _options;
    private readonly List<(string Sql, SqlToken Name)> _properties = [];

    private ArchiveDatabase(ArchiveHead head)
    {
        _options = DatabaseDefinition.Options(head.Database?.Definition ?? "");
        Owner = head.Database?.Owner;
        foreach (var entry in head.Entries.Where(IsProperty))
            AddProperties(entry.Definition ?? "");
    }

    /// <summary>Null where the archive does not say.</summary>
    public string? Owner { get; }

    /// <summary>Null for the server's own.</summary>
    public string? Tablespace => _options.GetValueOrDefault("TABLESPACE");

    public string Encoding => _options.GetValueOrDefault("ENCODING", "UTF8");

    public static ArchiveDatabase Of(ArchiveHead head) => new(head);

    /// <param name="tablespace">One that the server has; null for its own.</param>
    /// <exception cref="RestoreFailedException">A server of this age has no such locales.</exception>
    public string Create(string name, int serverMajor, string? tablespace)
    {
        var sql = new StringBuilder($"CREATE DATABASE {ServerRefusal.Quote(name)} TEMPLATE = template0");
        if (_options.GetValueOrDefault("LOCALE_PROVIDER") is { } provider && ProviderSince(provider) > serverMajor)
            throw NoSuchProvider(provider, serverMajor);
        foreach (var (option, since) in Known)
        {
            if (_options.TryGetValue(option, out var value) && (serverMajor >= since || option == "LOCALE"))
                sql.Append(' ').Append(Option(option, value, serverMajor >= since));
        }

        if (tablespace is not null)
            sql.Append(" TABLESPACE = ").Append(ServerRefusal.Quote(tablespace));
        return sql.ToString();
    }

    /// <summary>Its settings, comment, grants and limit; each stands for itself.</summary>
    public IEnumerable<string> Properties(string name) =>
        _properties.Select(p => string.Concat(p.Sql.AsSpan(0, p.Name.Start), ServerRefusal.Quote(name), p.Sql.AsSpan(p.Name.End)));

    private static bool IsProperty(ArchiveEntry entry) => entry.Kind == "DATABASE PROPERTIES"
        || (entry.Kind is "ACL" or "COMMENT" && entry.Tag.StartsWith(ArchiveHead.DatabaseTag, StringComparison.Ordinal)
            && entry.Schema is null);

    // pg_dump writes its keywords in capitals, and quotes a name that has some: the first such word is what comes before the
    // database's name.
    private void AddProperties(string sql)
    {
        foreach (var statement in SqlTokens.Statements(sql))
        {
            var at = statement.ToList().FindIndex(t => t is { Kind: SqlTokenKind.Word, Text: "DATABASE" });
            if (at < 0 || at + 1 >= statement.Count)
                continue;
            var (start, end) = (statement[0].Start, statement[^1].End);
            var name = statement[at + 1];
            _properties.Add((sql[start..end], name with { Start = name.Start - start, End = name.End - start }));
        }
    }

    // Before PostgreSQL 13 one word for both was not known.
    private static string Option(string option, string value, bool isKnown) => (option, isKnown) switch
    {
        ("LOCALE_PROVIDER", _) => $"{option} = {value}",
        ("LOCALE", false) => $"LC_COLLATE = {PgTraitsSql.Literal(value)} LC_CTYPE = {PgTraitsSql.Literal(value)}",
        _ => $"{option} = {PgTraitsSql.Literal(value)}",
    };

    private static int ProviderSince(string provider) => provider switch
    {
        "icu" => ProvidersSince,
        "builtin" => BuiltInSince,
        _ => 0,
    };

    private static RestoreFailedException NoSuchProvider(string provider, int serverMajor) => new(
        RunStage.Connect,
        "server_version_unsupported",
        $"The database sorts by locales of the provider \"{provider}\", which PostgreSQL {serverMajor} does not have.",
        $"Restore to PostgreSQL {ProviderSince(provider)} or newer.");
}
