using System.Buffers;

namespace BackupApp.Engines;

/// <summary>The undecoded pieces of a connection URI's text behind its scheme.</summary>
/// <param name="Authority">One or more servers, each with or without a port.</param>
internal sealed record UriText(string Username, string? Password, string Authority, string? Database, string? Query)
{
    /// <summary>How many places are tried as the end of a password that nobody encoded: each costs a look at the whole text.</summary>
    internal const int MostTries = 16;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

    // It holds the password.
    public override string ToString() => "(uri)";

    /// <summary>
    /// Takes the text as a well-formed URI if it is one. Else a password with unencoded @ / ? # is likely, and the last '@' that a host
    /// can follow ends it, of the last <see cref="MostTries"/>. Null when it cannot be read at all.
    /// </summary>
    /// <param name="rest">Of a length that the caller has checked.</param>
    public static UriText? Split(string rest, UriDialect dialect)
    {
        var end = rest.AsSpan().IndexOfAny("/?#") is var i and >= 0 ? i : rest.Length;
        var strict = SplitAt(rest, rest.LastIndexOf('@', Math.Max(end - 1, 0)));
        if (strict is not null && IsWellFormed(strict, dialect) && !HidesPassword(strict, dialect))
            return strict;

        var tries = 0;
        for (var at = rest.LastIndexOf('@'); at > 0 && tries < MostTries; at = rest.LastIndexOf('@', at - 1), tries++)
        {
            if (SplitAt(rest, at) is { } candidate && IsWellFormed(candidate, dialect))
                return candidate;
        }

        return strict;
    }

    /// <summary>The parameters behind the question mark, decoded; every problem is noted under the parameter's name.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ReadQuery(
        string? query, UriDialect dialect, Dictionary<string, string> problems)
    {
        foreach (var pair in (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !IsName(pair.AsSpan(0, equals)))
            {
                // What stands here may be the rest of a password with a '?' in it, so it is not repeated.
                problems["uri"] =
                    "After the question mark, parameters are written name=value and joined by &. "
                    + "A question mark in the password is written %3F.";
                continue;
            }

            var name = pair[..equals];
            var value = UriDecoding.Decode(pair[(equals + 1)..], name, problems);
            if (dialect.Problem(name, value) is { } problem)
                problems.TryAdd(name, problem);
            else
                yield return new(name, value);
        }
    }

    private static bool IsName(ReadOnlySpan<char> text) => text.Length is > 0 and <= 40 && text.IndexOfAnyExcept(NameCharacters) < 0;

    // authority [ "/" database ] [ "?" query ], of which only the query may hold anything.
    private static UriText? SplitAt(string rest, int at)
    {
        var login = at < 0 ? "" : rest[..at];
        var target = rest.AsSpan(at + 1);
        var authority = UpTo("/?#", ref target);
        var database = target is ['/', ..] ? UpTo("?", ref target)[1..] : null;
        if (target is not ([] or ['?', ..]) || authority.AsSpan().Count('[') != authority.AsSpan().Count(']'))
            return null;
        var query = target is ['?', ..] ? target[1..].ToString() : null;
        var colon = login.IndexOf(':', StringComparison.Ordinal);
        return new(colon < 0 ? login : login[..colon], colon < 0 ? null : login[(colon + 1)..], authority, database, query);
    }

    private static string UpTo(string ends, ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(ends) is var found and >= 0 ? found : text.Length;
        var piece = text[..end].ToString();
        text = text[end..];
        return piece;
    }

    private static bool IsWellFormed(UriText text, UriDialect dialect) =>
        dialect.IsAuthority(text.Authority)
        && !(text.Database ?? "").AsSpan().ContainsAny('/', '#', '@')
        && (text.Query ?? "").Split('&').All(pair => pair.Length == 0 || IsQueryPair(pair));

    private static bool IsQueryPair(string pair) =>
        pair.IndexOf('=', StringComparison.Ordinal) is var equals and > 0
        && pair.AsSpan(0, equals).IndexOfAnyExcept(NameCharacters) < 0
        && !pair.AsSpan(equals).Contains('#');

    // "u:a@b?c=d@host/db" is well-formed, with a host b, but the '@' behind an unknown parameter says that the password is "a@b?c=d".
    private static bool HidesPassword(UriText text, UriDialect dialect) =>
        (text.Query ?? "").Split('&').Any(pair =>
            pair.Contains('@', StringComparison.Ordinal) && !dialect.KnowsParameter(pair.Split('=', 2)[0]));
}
