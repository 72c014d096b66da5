using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;

namespace BackupApp.Api.Requests;

/// <summary>
/// One value of a request, from its text. A value that cannot be read is a sentence for the caller and never an exception.
/// </summary>
internal static class JsonScalar
{
    private const int MaxText = 200_000;

    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd"];
    private static readonly ConcurrentDictionary<Type, Dictionary<string, object>> Words = new();

    /// <summary>Whether values of this type are written as numbers, as true or false, or as text.</summary>
    public static LeafKind KindOf(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain == typeof(int) || plain == typeof(long))
            return LeafKind.Number;
        if (plain == typeof(bool))
            return LeafKind.Truth;
        return plain == typeof(string)
            || plain == typeof(Guid)
            || plain == typeof(DateTimeOffset)
            || plain == typeof(WaitTime)
            || plain.IsEnum
            ? LeafKind.Text
            : LeafKind.None;
    }

    public static object? Parse(Type type, string text, out string? problem)
    {
        problem = null;
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        object? value = plain switch
        {
            _ when plain == typeof(string) => CheckText(text, out problem),
            _ when plain == typeof(int) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var i)
                ? i
                : null,
            _ when plain == typeof(long) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var l)
                ? l
                : null,
            _ when plain == typeof(bool) => bool.TryParse(text, out var b) ? b : null,
            _ when plain == typeof(Guid) => Guid.TryParseExact(text, "D", out var g) ? g : null,
            _ when plain == typeof(DateTimeOffset) => ParseTime(text),
            _ when plain == typeof(WaitTime) => WaitTime.Parse(text),
            _ => WordsOf(plain).GetValueOrDefault(text),
        };
        if (value is null)
            problem ??= Expected(plain);
        return value;
    }

    /// <summary>What a value of this type looks like, as a sentence.</summary>
    public static string Expected(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsEnum)
            return $"Must be one of: {string.Join(", ", WordsOf(plain).Keys)}.";
        return plain switch
        {
            _ when plain == typeof(string) => "Must be text.",
            _ when plain == typeof(int) || plain == typeof(long) => "Must be a whole number.",
            _ when plain == typeof(bool) => "Must be true or false.",
            _ when plain == typeof(Guid) => "Must be an id such as 83b7870d-7201-4759-8403-305adcfc925e.",
            _ when plain == typeof(DateTimeOffset) => "Must be a time such as 2026-11-23T02:15:00Z.",
            _ when plain == typeof(WaitTime) => $"Must be a time such as 30s, at most {WaitTime.Longest.TotalSeconds:0}s.",
            _ => "Must be an object.",
        };
    }

    public static string? OutOfRange(object value, RangeAttribute? range) =>
        range is null || range.IsValid(value) ? null : $"Must be from {range.Minimum} to {range.Maximum}.";

    private static string? CheckText(string text, out string? problem)
    {
        // PostgreSQL's text cannot hold it.
        problem =
            text.Contains('\0', StringComparison.Ordinal) ? "Cannot hold a NUL character."
            : text.Length > MaxText ? "Is too long."
            : null;
        return problem is null ? text : null;
    }

    // In UTC: the database takes no other offset.
    private static DateTimeOffset? ParseTime(string text) =>
        DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUniversalTime()
            : null;

    private static Dictionary<string, object> WordsOf(Type type) => Words.GetOrAdd(type, static t => Enum.GetValues(t).Cast<object>()
        .ToDictionary(value => JsonSerializer.SerializeToElement(value, t, ApiJson.Options).GetString()!, StringComparer.Ordinal));
}

internal enum LeafKind
{
    None,
    Text,
    Number,
    Truth,
}

/// <summary>How long a caller wants to wait: <c>30s</c>, <c>1m</c> or a number of seconds.</summary>
public readonly record struct WaitTime(TimeSpan Value)
{
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    internal static object? Parse(string text)
    {
        var (digits, unit) = text switch
        {
            [.. var head, 's'] => (head, 1),
            [.. var head, 'm'] => (head, 60),
            _ => (text, 1),
        };
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= Longest.TotalSeconds
            && number * unit <= Longest.TotalSeconds
            ? new WaitTime(TimeSpan.FromSeconds(number * unit))
            : null;
    }
}
