using System.Globalization;

namespace BackupApp.Engines.Postgres;

/// <summary>What gives a new database the traits of another, for psql, which puts the new one's name for <c>:"db"</c>.</summary>
internal static class PgTraitsSql
{
    private const string Database = """:"db" """;

    // Settings whose value is a list; as one text it would be a list of one. The same as in pg_dump.
    private static readonly HashSet<string> Lists = new(StringComparer.OrdinalIgnoreCase)
    {
        "local_preload_libraries",
        "search_path",
        "session_preload_libraries",
        "shared_preload_libraries",
        "temp_tablespaces",
        "unix_socket_directories",
    };

    private static readonly string[] OwnersPrivileges = ["CONNECT", "CREATE", "TEMPORARY"];

    /// <summary>createdb's options for what cannot be changed later.</summary>
    public static IEnumerable<(string Name, string Value)> Options(DatabaseTraits traits)
    {
        yield return ("encoding", traits.Encoding);
        yield return ("lc-collate", traits.Collate);
        yield return ("lc-ctype", traits.CharacterType);
        if (traits.LocaleProvider is not null)
            yield return ("locale-provider", traits.LocaleProvider);
        if (traits.Locale is not null)
            yield return (traits.LocaleProvider == "icu" ? "icu-locale" : "builtin-locale", traits.Locale);
        if (traits.IcuRules is not null)
            yield return ("icu-rules", traits.IcuRules);
    }

    /// <summary>Each stands for itself: that one names a role which is not there takes nothing from the others.</summary>
    public static IEnumerable<string> Statements(DatabaseTraits traits)
    {
        yield return $"ALTER DATABASE {Database}OWNER TO {ServerRefusal.Quote(traits.Owner)};";
        if (traits.Comment is not null)
            yield return $"COMMENT ON DATABASE {Database}IS {Literal(traits.Comment)};";
        foreach (var statement in Grants(traits))
            yield return statement;
        if (traits.ConnectionLimit >= 0)
            yield return string.Create(
                CultureInfo.InvariantCulture, $"ALTER DATABASE {Database}CONNECTION LIMIT {traits.ConnectionLimit};");
        foreach (var setting in traits.Settings)
        {
            var whose = setting.Role is null ? $"DATABASE {Database}" : $"ROLE {ServerRefusal.Quote(setting.Role)} IN DATABASE {Database}";
            yield return $"ALTER {whose}SET {ServerRefusal.Quote(setting.Name)} TO {Value(setting)};";
        }

        if (traits.IsTemplate)
            yield return $"ALTER DATABASE {Database}IS_TEMPLATE true;";
    }

    private static IEnumerable<string> Grants(DatabaseTraits traits)
    {
        if (traits.Grants is not { } grants)
            yield break;
        yield return $"REVOKE ALL ON DATABASE {Database}FROM PUBLIC;";
        if (!OwnersPrivileges.All(p => grants.Any(g => g.Grantee == traits.Owner && g.Privilege == p)))
            yield return $"REVOKE ALL ON DATABASE {Database}FROM {ServerRefusal.Quote(traits.Owner)};";
        foreach (var grant in grants)
        {
            var grantee = grant.Grantee is null ? "PUBLIC" : ServerRefusal.Quote(grant.Grantee);
            yield return $"GRANT {grant.Privilege} ON DATABASE {Database}TO {grantee}{(grant.MayGrant ? " WITH GRANT OPTION" : "")};";
        }
    }

    private static string Value(DatabaseTraits.Setting setting) =>
        Lists.Contains(setting.Name)
            ? string.Join(", ", Elements(setting.Value).DefaultIfEmpty("").Select(Literal))
            : Literal(setting.Value);

    // Quoted names with doubled quotes, or bare ones, between commas.
    private static IEnumerable<string> Elements(string list)
    {
        var rest = list.AsMemory().TrimStart();
        while (!rest.IsEmpty)
        {
            var isQuoted = rest.Span[0] == '"';
            var end = isQuoted ? QuotedEnd(rest.Span) : rest.Span.IndexOf(',');
            var element = end < 0 ? rest : rest[..end];
            yield return isQuoted
                ? element[1..^1].ToString().Replace("\"\"", "\"", StringComparison.Ordinal)
                : element.TrimEnd().ToString();
            rest = end < 0 ? default : rest[end..].TrimStart().TrimStart(',').TrimStart();
        }
    }

    private static int QuotedEnd(ReadOnlySpan<char> list)
    {
        for (var at = 1; at < list.Length; at++)
        {
            if (list[at] != '"')
                continue;
            if (at + 1 == list.Length || list[at + 1] != '"')
                return at + 1;
            at++;
        }

        return -1;
    }

    private static string Literal(string text)
    {
        var quoted = $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
        return text.Contains('\\', StringComparison.Ordinal) ? $"E{quoted.Replace(@"\", @"\\", StringComparison.Ordinal)}" : quoted;
    }
}
