using System.Text;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// A name as pg_dump reads it in its filters: <c>*</c> and <c>?</c> stand for any letters, capitals count only between double
/// quotes, a dot parts schema and table, and what else means something in a regular expression keeps that meaning outside quotes.
/// </summary>
/// <param name="Schema">
/// Regular expression for the server's <c>~</c>; null where the pattern names none, which means what the search path shows.
/// </param>
/// <param name="Name">The same for the table; of a schema's pattern the schema.</param>
internal sealed record NamePattern(string? Schema, string Name)
{
    /// <summary>What is wrong with it, as the end of a sentence, or null.</summary>
    /// <param name="parts">At most so many names.</param>
    public static string? Problem(string pattern, int parts)
    {
        if (Split(pattern) is not { } names)
            return "a double quote is not closed.";
        if (names.Count > parts)
            return parts == 1
                ? "write the schema alone; a dot that belongs to its name goes between double quotes."
                : "write schema.table; a dot that belongs to a name goes between double quotes.";
        return names.Any(name => name.Length == 0) ? "a name is missing beside the dot." : null;
    }

    /// <param name="pattern">Without a <see cref="Problem"/>.</param>
    public static NamePattern Parse(string pattern) => Split(pattern) switch
    {
        [var name] => new(null, $"^({name})$"),
        [var schema, var name] => new($"^({schema})$", $"^({name})$"),
        _ => throw new ArgumentException($"{pattern} is not a pattern.", nameof(pattern)),
    };

    private static List<string>? Split(string pattern)
    {
        var names = new List<string>();
        var name = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '"' && quoted && i + 1 < pattern.Length && pattern[i + 1] == '"')
                name.Append(pattern[++i]); // Two of them between quotes are one.
            else if (c == '"')
                quoted = !quoted;
            else if (c == '.' && !quoted)
            {
                names.Add(name.ToString());
                name.Clear();
            }
            else
                name.Append(quoted ? Literal(c) : Open(c));
        }

        names.Add(name.ToString());
        return quoted ? null : names;
    }

    private static string Literal(char c) => @"|*+?()[]{}.^$\".Contains(c, StringComparison.Ordinal) ? $@"\{c}" : c.ToString();

    private static string Open(char c) => c switch
    {
        '*' => ".*",
        '?' => ".",
        '$' => @"\$", // A letter of names like any other.
        >= 'A' and <= 'Z' => char.ToLowerInvariant(c).ToString(),
        _ => c.ToString(),
    };
}
