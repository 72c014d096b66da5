using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace BackupApp.DataSources;

/// <summary>The undecoded pieces of a URI's text behind its scheme.</summary>
internal sealed partial record PostgresUriText(string Username, string? Password, string Host, string? Port, string? Database, string? Query)
{
    public static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // It holds the password.
    public override string ToString() => "(uri)";

    /// <summary>
    /// Takes the text as a well-formed URI if it is one. Else a password with unencoded @ / ? # is likely, and the last '@' that a host
    /// can follow ends it. Null when it cannot be read at all.
    /// </summary>
    public static PostgresUriText? Split(string rest)
    {
        var end = rest.AsSpan().IndexOfAny("/?#") is var i and >= 0 ? i : rest.Length;
        var strict = SplitAt(rest, rest.LastIndexOf('@', Math.Max(end - 1, 0)));
        if (strict is not null && IsWellFormed(strict) && !HidesPassword(strict))
            return strict;

        for (var at = rest.LastIndexOf('@'); at > 0; at = rest.LastIndexOf('@', at - 1))
        {
            if (SplitAt(rest, at) is { } candidate && IsWellFormed(candidate))
                return candidate;
        }

        return strict;
    }

    /// <summary>Percent-decodes UTF-8. A plus sign stays one, as in libpq.</summary>
    public static string Decode(string raw, out string? problem)
    {
        problem = null;
        var bytes = new ArrayBufferWriter<byte>(raw.Length + 1);
        for (var i = 0; i < raw.Length;)
        {
            var next = raw.IndexOf('%', i) is var percent and >= 0 ? percent : raw.Length;
            Encoding.UTF8.GetBytes(raw.AsSpan(i, next - i), bytes);
            if (next == raw.Length)
                break;
            if (raw.Length < next + 3 || !byte.TryParse(raw.AsSpan(next + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                return Fail("Has a % that is not followed by two hexadecimal digits: write the % itself as %25.", out problem);
            if (value == 0)
                return Fail("Must not contain the character %00.", out problem);
            bytes.Write([value]);
            i = next + 3;
        }

        try
        {
            var text = StrictUtf8.GetString(bytes.WrittenSpan);
            return text.Contains('\0', StringComparison.Ordinal) ? Fail("Must not contain the character NUL.", out problem) : text;
        }
        catch (DecoderFallbackException)
        {
            return Fail("The percent-encoded bytes are not UTF-8: encode each character's UTF-8 bytes, and a % itself as %25.", out problem);
        }
    }

    private static string Fail(string message, out string? problem)
    {
        problem = message;
        return "";
    }

    private static PostgresUriText? SplitAt(string rest, int at)
    {
        var login = at < 0 ? "" : rest[..at];
        var match = Target().Match(rest, at + 1, rest.Length - at - 1);
        if (!match.Success)
            return null;
        var colon = login.IndexOf(':', StringComparison.Ordinal);
        return new(
            colon < 0 ? login : login[..colon],
            colon < 0 ? null : login[(colon + 1)..],
            match.Groups["host"].Value,
            match.Groups["port"].Success ? match.Groups["port"].Value : null,
            match.Groups["database"].Success ? match.Groups["database"].Value : null,
            match.Groups["query"].Success ? match.Groups["query"].Value : null);
    }

    private static bool IsWellFormed(PostgresUriText text) =>
        text.Host.Length > 0
        && (text.Port ?? "").All(char.IsAsciiDigit)
        && !(text.Database ?? "").AsSpan().ContainsAny('/', '#', '@')
        && (text.Query ?? "").Split('&').All(pair => pair.Length == 0 || QueryPair().IsMatch(pair));

    // "u:a@b?c=d@host/db" is well-formed, with a host b, but the '@' behind an unknown parameter says that the password is "a@b?c=d".
    private static bool HidesPassword(PostgresUriText text) =>
        (text.Query ?? "").Split('&').Any(pair =>
            pair.Contains('@', StringComparison.Ordinal) && !PostgresUriParameters.Knows(pair.Split('=')[0]));

    [GeneratedRegex(@"\G(?<host>\[[^\]]*\]|[^/?#:\[\]]*)(?::(?<port>[^/?#]*))?(?:/(?<database>[^?]*))?(?:\?(?<query>.*))?\z", RegexOptions.Singleline)]
    private static partial Regex Target();

    [GeneratedRegex(@"^[A-Za-z0-9_.-]+=[^#]*\z", RegexOptions.Singleline)]
    private static partial Regex QueryPair();
}
