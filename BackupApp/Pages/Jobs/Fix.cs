using System.Text.RegularExpressions;

namespace BackupApp.Pages.Jobs;

/// <summary>
/// An error's sentences, with the statement that mends it taken out to be copied. BackupApp's own advice names one as
/// <c>As superuser run: GRANT …;</c> or <c>… run in mongosh: …</c>; what a server or a tool said is left as it is.
/// </summary>
/// <param name="What">What is wrong, and all advice where there is no statement.</param>
/// <param name="Who">Who has to run it: "As superuser run:"; empty without a statement.</param>
/// <param name="Statement">Null where nothing can be copied.</param>
/// <param name="After">What else to know.</param>
public sealed partial record Fix(string What, string Who = "", string? Statement = null, string After = "")
{
    public static Fix Of(string sentences)
    {
        if (Advice().Match(sentences) is not { Success: true, Groups: var groups })
            return new(sentences);
        var rest = groups["rest"].Value;
        // SQL ends with its last semicolon; what psql or mongosh runs goes on to the end.
        var end = rest.LastIndexOf(';') is >= 0 and var semicolon ? semicolon + 1 : rest.Length;
        if (rest[..end].Contains('…', StringComparison.Ordinal))
            return new(sentences); // A pattern to fill in is nothing to copy.
        return new(groups["what"].Value.TrimEnd(), groups["who"].Value, rest[..end].Trim(), rest[end..].Trim());
    }

    [GeneratedRegex(
        "^(?<what>.*?)(?<who>(As [^.:;]{1,60} run( in mongosh)?|In psql, as superuser run|Drop it as superuser):) (?<rest>.+)$",
        RegexOptions.Singleline, 1000)]
    private static partial Regex Advice();
}
