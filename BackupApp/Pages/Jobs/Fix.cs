using System.Text.RegularExpressions;

namespace BackupApp.Pages.Jobs;

/// <summary>
/// What is wrong, with the statement that mends it taken out to be copied. BackupApp's own advice names one as
/// <c>As superuser run: GRANT …;</c> or <c>… run in mongosh: …</c>, at the beginning of a line. What a server or a tool said is never
/// read for one: whoever may name a table could put anything there.
/// </summary>
/// <param name="What">What is wrong, and all advice where there is no statement.</param>
/// <param name="Who">Who has to run it: "As superuser run:"; empty without a statement.</param>
/// <param name="Statement">Null where nothing can be copied.</param>
/// <param name="After">What else to know.</param>
public sealed partial record Fix(string What, string Who = "", string? Statement = null, string After = "")
{
    /// <param name="summary">As <see cref="Runs.RunOutcome.Summary"/>: BackupApp's own advice begins on the second line.</param>
    public static Fix OfFailure(string summary)
    {
        var end = summary.IndexOf('\n', StringComparison.Ordinal);
        return end >= 0 && OfAdvice(summary[(end + 1)..]) is { Statement: not null } fix
            ? fix with { What = $"{summary[..end]} {fix.What}".TrimEnd() }
            : new(summary);
    }

    /// <param name="advice">BackupApp's own.</param>
    public static Fix OfAdvice(string advice)
    {
        var lines = advice.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (Statements().Match(lines[i]) is not { Success: true, Groups: var groups })
                continue;
            var rest = groups["rest"].Value;
            // SQL ends with its last semicolon; what psql or mongosh runs goes on to the end.
            var end = rest.LastIndexOf(';') is >= 0 and var semicolon ? semicolon + 1 : rest.Length;
            if (rest[..end].Contains('…', StringComparison.Ordinal))
                continue; // A pattern to fill in is nothing to copy.
            return new(Join(lines[..i]), groups["who"].Value, rest[..end].Trim(), Join([rest[end..], .. lines[(i + 1)..]]));
        }

        return new(advice);
    }

    private static string Join(string[] lines) => string.Join(' ', lines).Trim();

    [GeneratedRegex(
        "^(?<who>(As [^.:;]{1,60} run( in mongosh)?|In psql, as superuser run|Drop it as superuser):) (?<rest>.+)$",
        RegexOptions.None, 1000)]
    private static partial Regex Statements();
}
