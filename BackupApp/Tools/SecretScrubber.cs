using System.Text;
using System.Text.RegularExpressions;

namespace BackupApp.Tools;

/// <summary>
/// Blots secrets out of a tool's words, in the spellings tools use: as they are, percent-encoded in whole or in part (as in a URI, where each
/// program has its own idea of what needs encoding), with backslashes or doubled quotes. A secret of several lines is blotted line by line.
/// </summary>
internal sealed class SecretScrubber
{
    private const string Blot = "***";

    private readonly Regex? _secrets;

    public SecretScrubber(IEnumerable<string> secrets)
    {
        var lines = secrets.SelectMany(s => s.Split(['\n', '\r'])).Where(s => s.Length > 0).Distinct().OrderByDescending(s => s.Length).ToList();
        if (lines.Count == 0)
            return;

        _secrets = new Regex(string.Join('|', lines.Select(Spellings)), RegexOptions.CultureInvariant);

        // Every character may appear as up to four percent-encoded bytes.
        LongestSpelling = lines[0].Length * 12;
    }

    /// <summary>Characters that the longest secret can take up in a text.</summary>
    public int LongestSpelling { get; }

    public string Scrub(string text) => _secrets?.Replace(text, Blot) ?? text;

    private static string Spellings(string secret) => string.Concat(secret.EnumerateRunes().Select(Spellings));

    private static string Spellings(Rune rune)
    {
        var text = rune.ToString();
        var plain = text switch
        {
            "\\" => @"\\{1,2}",
            "'" => @"\\?'{1,2}",
            " " => @"(?:\\? |\+)",
            _ => @"\\?" + Regex.Escape(text),
        };
        var encoded = string.Concat(Encoding.UTF8.GetBytes(text).Select(b => $"%{b:X2}"));
        return $"(?:{plain}|(?i:{encoded}))";
    }
}
