using System.Text;

namespace BackupApp.Tools;

/// <summary>
/// Blots secrets out of a tool's words, in the spellings tools use: as they are, percent-encoded in
/// whole or in part (as in a URI, where each program has its own idea of what needs encoding), with
/// backslashes or doubled quotes. A secret of several lines is blotted line by line.
/// </summary>
/// <remarks>
/// A text is read once, with all secrets that may have begun in mind: a server that writes the tool's
/// messages chooses the text, and no text may cost more than its length times that of the secrets.
/// </remarks>
internal sealed class SecretScrubber
{
    private const string Blot = "***";

    // By secret and character: how that character may be spelled.
    private readonly string[][][] _secrets;

    public SecretScrubber(IEnumerable<string> secrets)
    {
        var lines = secrets.SelectMany(s => s.Split(['\n', '\r']))
            .Where(s => s.Length > 0)
            .Distinct()
            .OrderByDescending(s => s.Length)
            .ToList();
        _secrets = [.. lines.Select(line => line.EnumerateRunes().Select(SecretSpellings.Of).ToArray())];

        // Every character may appear as up to four percent-encoded bytes.
        LongestSpelling = lines.Count == 0 ? 0 : lines[0].Length * 12;
    }

    /// <summary>Characters that the longest secret can take up in a text.</summary>
    public int LongestSpelling { get; }

    /// <summary>Comparisons of a character so far.</summary>
    public long Steps { get; private set; }

    public string Scrub(string text) => _secrets.Length == 0 ? text : Replace(text, Find(text));

    /// <summary>The stretches to blot, by their ends; they may overlap.</summary>
    private List<(int Start, int End)> Find(string text)
    {
        var found = new List<(int, int)>();
        Dictionary<PartialMatch, int> readings = [];
        Dictionary<PartialMatch, int> next = [];
        for (var i = 0; i < text.Length; i++)
        {
            next.Clear();
            for (var secret = 0; secret < _secrets.Length; secret++)
                Advance(new(secret, 0), i, text[i], next);
            foreach (var (reading, start) in readings)
                Advance(reading, start, text[i], next);
            foreach (var (reading, start) in next.Where(n => n.Key.Character == _secrets[n.Key.Secret].Length))
                found.Add((start, i + 1));
            var read = readings;
            readings = next;
            next = read; // Only its memory is used again.
        }

        return found;
    }

    /// <summary>Reads one character on. Of equal readings the one that began first is kept: it blots more.</summary>
    private void Advance(PartialMatch reading, int start, char c, Dictionary<PartialMatch, int> next)
    {
        var (secret, character, spelling, read) = reading;
        if (character == _secrets[secret].Length)
            return;
        var spellings = _secrets[secret][character];
        for (var i = read == 0 ? 0 : spelling; i < (read == 0 ? spellings.Length : spelling + 1); i++)
        {
            Steps++;
            if (!Fits(spellings[i], read, c))
                continue;
            var after = read + 1 == spellings[i].Length
                ? new PartialMatch(secret, character + 1)
                : new PartialMatch(secret, character, i, read + 1);
            if (!next.TryGetValue(after, out var earlier) || start < earlier)
                next[after] = start;
        }
    }

    private static bool Fits(string spelling, int at, char c) =>
        spelling[at] == c || (spelling[0] == '%' && spelling.Length > 1 && spelling[at] == char.ToUpperInvariant(c));

    private static string Replace(string text, List<(int Start, int End)> found)
    {
        if (found.Count == 0)
            return text;
        var scrubbed = new StringBuilder();
        var done = 0;
        foreach (var (start, end) in Merge(found))
        {
            scrubbed.Append(text, done, start - done).Append(Blot);
            done = end;
        }

        return scrubbed.Append(text, done, text.Length - done).ToString();
    }

    private static List<(int Start, int End)> Merge(List<(int Start, int End)> found)
    {
        var merged = new List<(int Start, int End)>();
        foreach (var (start, end) in found.OrderBy(f => f.Start).ThenBy(f => f.End))
        {
            if (merged.Count > 0 && start < merged[^1].End)
                merged[^1] = (merged[^1].Start, Math.Max(end, merged[^1].End));
            else
                merged.Add((start, end));
        }

        return merged;
    }

    /// <summary>How far a secret has been read: its characters, then so many letters of one spelling of the next.</summary>
    private readonly record struct PartialMatch(int Secret, int Character, int Spelling = 0, int Read = 0);
}
