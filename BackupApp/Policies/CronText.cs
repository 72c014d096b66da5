using Cronos;

namespace BackupApp.Policies;

/// <summary>Reads a cron expression of five fields, and says in a sentence what is wrong with one.</summary>
internal static class CronText
{
    private const int MaxLength = 1000; // Every minute of an hour by name takes a fifth of it.
    private const string Order = "minute, hour, day of month, month, day of week";

    private static readonly (string Name, string Values)[] Fields =
    [
        ("a minute", "0 to 59"),
        ("an hour", "0 to 23"),
        ("a day of the month", "1 to 31, or L for the last day"),
        ("a month", "1 to 12, or JAN to DEC"),
        ("a day of the week", "0 to 7 (0 and 7 are Sunday), or SUN to SAT"),
    ];

    // Any start will do: a calendar repeats after 400 years, and the library looks further than that.
    private static readonly DateTimeOffset Start = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <returns>The expression with its text in one spelling, or null and the problem.</returns>
    public static (CronExpression Expression, string Text)? Parse(string? cron, out string? problem)
    {
        if (cron?.Length > MaxLength)
        {
            problem = $"This is too long for a schedule of five fields: {Order}.";
            return null;
        }

        var fields = (cron ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        problem = WrongCount(fields) ?? WrongField(fields);
        if (problem is not null)
            return null;

        var text = string.Join(' ', fields);
        if (!CronExpression.TryParse(text, out var expression))
            problem = $"'{text}' is not a cron expression: {Order}.";
        else if (expression.GetNextOccurrence(Start, TimeZoneInfo.Utc) is null)
            problem = "This schedule never runs: there is no such date.";
        return problem is null ? (expression!, text) : null;
    }

    private static string? WrongCount(string[] fields) => fields.Length switch
    {
        0 => $"Give a schedule of five fields: {Order}.",
        1 when fields[0].StartsWith('@') => $"Write '{fields[0]}' as five fields: {Order}.",
        5 => null,
        6 => $"This has six fields. Leave out the seconds: a schedule has five ({Order}).",
        _ => $"This has {fields.Length} field{(fields.Length == 1 ? "" : "s")}, and a schedule has five: {Order}.",
    };

    private static string? WrongField(string[] fields)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            var alone = string.Join(' ', Enumerable.Range(0, fields.Length).Select(n => n == i ? fields[i] : "*"));
            // H is a random time, drawn anew at each reading: nobody could say when it runs.
            if (!CronExpression.TryParse(alone, out _))
                return $"'{fields[i]}' is not {Fields[i].Name}: use {Fields[i].Values}, a list (1,15), a range (1-5), steps (*/10) or *.";
        }

        return null;
    }
}
