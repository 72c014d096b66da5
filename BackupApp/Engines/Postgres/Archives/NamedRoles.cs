namespace BackupApp.Engines.Postgres.Archives;

/// <summary>The roles that a grant, a default privilege or a row security policy names: whoever restores it needs them.</summary>
internal static class NamedRoles
{
    /// <param name="sql">Statements as pg_dump writes them.</param>
    public static IEnumerable<string> In(string sql) => SqlTokens.Statements(sql).SelectMany(InStatement);

    private static IEnumerable<string> InStatement(IReadOnlyList<SqlToken> tokens)
    {
        var depth = 0;
        for (var i = 0; i < tokens.Count - 1; i++)
        {
            depth += tokens[i].Is("(") ? 1 : tokens[i].Is(")") ? -1 : 0;
            if (depth > 0 || !PrecedesRoles(tokens, i))
                continue;
            do
            {
                i++;
                if (tokens[i].IsName && !tokens[i].Is("PUBLIC") && !tokens[i].Is("DEFAULT"))
                    yield return tokens[i].Text;
                i++;
            }
            while (i < tokens.Count - 1 && tokens[i].Is(","));
            i--;
        }
    }

    private static bool PrecedesRoles(IReadOnlyList<SqlToken> tokens, int i) =>
        tokens[i].Is("TO") || tokens[i].Is("FROM") || tokens[i].Is("AUTHORIZATION")
        || (i > 0 && tokens[i - 1].Is("GRANTED") && tokens[i].Is("BY"))
        || (i > 0 && tokens[i - 1].Is("FOR") && tokens[i].Is("ROLE"));
}
