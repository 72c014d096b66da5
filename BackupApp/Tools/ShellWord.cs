using System.Globalization;
using System.Text;
using BackupApp.Streams;

namespace BackupApp.Tools;

/// <summary>Words of a command line that people paste into a shell.</summary>
internal static class ShellWord
{
    /// <summary>
    /// One word of bash, whatever it holds. A terminal acts on control characters while a line is being pasted, before
    /// any quote counts: they, and what only hides or turns round what is beside it, are written as <c>$'\x03'</c>.
    /// </summary>
    public static string Quote(string word)
    {
        if (word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "_-./:".Contains(c, StringComparison.Ordinal)))
            return word;
        return word.EnumerateRunes().Any(IsUnseen) ? Escape(word) : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }

    /// <summary>A name in a sentence: as it is, or quoted as in a command where it holds what cannot be seen.</summary>
    public static string Show(string name) => name.EnumerateRunes().Any(IsUnseen) ? Escape(name) : name;

    /// <summary>The command that writes out what a stored file holds, decompressed where it has to be.</summary>
    public static string Read(string fileName, StoredForm form) => $"{(form.IsGzip ? "gunzip -c" : "cat")} -- {Quote(fileName)}";

    private static string Escape(string word)
    {
        var escaped = new StringBuilder("$'");
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in word.EnumerateRunes())
        {
            // The quote, the backslash and the sign of bash's history too, so that no reader of the
            // line can be of two minds about where it ends.
            if (!IsUnseen(rune) && rune.Value is not ('\'' or '\\' or '!'))
            {
                escaped.Append(rune);
                continue;
            }

            foreach (var part in bytes[..rune.EncodeToUtf8(bytes)])
                escaped.Append(CultureInfo.InvariantCulture, $@"\x{part:x2}");
        }

        return escaped.Append('\'').ToString();
    }

    private static bool IsUnseen(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
