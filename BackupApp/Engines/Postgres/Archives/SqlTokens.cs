using System.Text;

namespace BackupApp.Engines.Postgres.Archives;

/// <summary>What a piece of SQL is.</summary>
internal enum SqlTokenKind
{
    /// <summary>A keyword or a plain name.</summary>
    Word,

    /// <summary>A name that stood in double quotes.</summary>
    QuotedName,

    Literal,

    Symbol,
}

/// <param name="Text">Without its quotes.</param>
/// <param name="Start">Where it begins in the SQL.</param>
/// <param name="End">Where what follows it begins.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Text, int Start, int End)
{
    public bool IsName => Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName;

    /// <summary>A keyword never has quotes, and a name that is one always has.</summary>
    public bool Is(string word) =>
        Kind is SqlTokenKind.Word or SqlTokenKind.Symbol && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// Takes the simple statements apart that pg_dump writes: names, literals, symbols. Comments and dollar quotes are not among them.
/// </summary>
internal static class SqlTokens
{
    /// <summary>The tokens of each statement, without the semicolon.</summary>
    public static IEnumerable<IReadOnlyList<SqlToken>> Statements(string sql)
    {
        var statement = new List<SqlToken>();
        foreach (var token in All(sql))
        {
            if (!token.Is(";"))
            {
                statement.Add(token);
                continue;
            }

            yield return statement;
            statement = [];
        }

        if (statement.Count > 0)
            yield return statement;
    }

    private static IEnumerable<SqlToken> All(string sql)
    {
        for (var at = 0; at < sql.Length;)
        {
            if (char.IsWhiteSpace(sql[at]))
                at++;
            else if (sql[at] is '"' or '\'')
                yield return Quoted(sql, ref at);
            else if (IsWordPart(sql[at]))
                yield return Word(sql, ref at);
            else
                yield return new SqlToken(SqlTokenKind.Symbol, sql[at].ToString(), at, ++at);
        }
    }

    private static SqlToken Word(string sql, ref int at)
    {
        var start = at;
        while (at < sql.Length && IsWordPart(sql[at]))
            at++;
        return new(SqlTokenKind.Word, sql[start..at], start, at);
    }

    // A doubled quote stands for one.
    private static SqlToken Quoted(string sql, ref int at)
    {
        var start = at;
        var quote = sql[at++];
        var text = new StringBuilder();
        for (; at < sql.Length; at++)
        {
            if (sql[at] == quote && (++at == sql.Length || sql[at] != quote))
                break;
            text.Append(sql[at]);
        }

        return new(quote == '"' ? SqlTokenKind.QuotedName : SqlTokenKind.Literal, text.ToString(), start, at);
    }

    private static bool IsWordPart(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';
}
