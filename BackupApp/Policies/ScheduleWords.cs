using System.Globalization;

namespace BackupApp.Policies;

/// <summary>How often, as people say it.</summary>
public enum ScheduleEvery
{
    Daily,
    Hourly,
    Weekly,

    /// <summary>Five fields, for those who want them.</summary>
    Cron,
}

/// <summary>A schedule as people say it, which is one of cron's: what is not read is left as it was entered. Pure.</summary>
public sealed class ScheduleWords
{
    private const string TimeFormat = "HH\\:mm";
    private const double GoldenSection = 0.6180339887498949;

    public ScheduleEvery Every { get; set; } = ScheduleEvery.Daily;

    /// <summary>Of the day, as <c>02:15</c>; for <see cref="ScheduleEvery.Daily"/> and <see cref="ScheduleEvery.Weekly"/>.</summary>
    public string? Time { get; set; } = "02:15";

    public DayOfWeek Weekday { get; set; } = DayOfWeek.Sunday;

    /// <summary>Of every hour, 0 to 59; for <see cref="ScheduleEvery.Hourly"/>.</summary>
    public int? Minute { get; set; } = 0;

    /// <summary>For <see cref="ScheduleEvery.Cron"/>.</summary>
    public string? Cron { get; set; }

    /// <summary>As in <c>Every day at 02:15</c>; a schedule that has no such words is its cron expression.</summary>
    public string Sentence => Every switch
    {
        ScheduleEvery.Hourly when Minute is 0 => "Every hour, on the hour",
        ScheduleEvery.Hourly => $"Every hour, at minute {Minute}",
        ScheduleEvery.Daily => $"Every day at {Time}",
        ScheduleEvery.Weekly => $"Every {Weekday} at {Time}",
        _ => $"Cron {Cron}",
    };

    /// <summary>The words for what a cron expression says; of those that have none the expression itself.</summary>
    public static ScheduleWords Of(string cron)
    {
        if (cron.Split(' ') is not [var minute, var hour, "*", "*", var day] || Number(minute, 59) is not { } at)
            return new() { Every = ScheduleEvery.Cron, Cron = cron };
        if (hour == "*" && day == "*")
            return new() { Every = ScheduleEvery.Hourly, Minute = at, Cron = cron };
        if (Number(hour, 23) is not { } of)
            return new() { Every = ScheduleEvery.Cron, Cron = cron };
        var time = new TimeOnly(of, at).ToString(TimeFormat, CultureInfo.InvariantCulture);
        if (day == "*")
            return new() { Every = ScheduleEvery.Daily, Time = time, Cron = cron };
        return Number(day, 7) is { } weekday
            ? new() { Every = ScheduleEvery.Weekly, Time = time, Weekday = (DayOfWeek)(weekday % 7), Cron = cron }
            : new() { Every = ScheduleEvery.Cron, Cron = cron };
    }

    /// <summary>The cron expression; null with the problem noted under its field's name. Cron itself is checked by its reader.</summary>
    /// <param name="prefix">In front of the fields' names.</param>
    public string? ToCron(string prefix, Dictionary<string, string> problems)
    {
        switch (Every)
        {
            case ScheduleEvery.Cron:
                return Cron;
            case ScheduleEvery.Hourly when Minute is >= 0 and <= 59:
                return $"{Minute} * * * *";
            case ScheduleEvery.Hourly:
                problems[prefix + nameof(Minute)] = "Give a minute from 0 to 59.";
                return null;
        }

        if (!TimeOnly.TryParse(Time, CultureInfo.InvariantCulture, out var time))
        {
            problems[prefix + nameof(Time)] = "Give a time of day, such as 02:15.";
            return null;
        }

        return $"{time.Minute} {time.Hour} * * {(Every == ScheduleEvery.Weekly ? $"{(int)Weekday}" : "*")}";
    }

    /// <summary>The time of the day for the schedule of a next source: between 01:00 and 04:00, and away from the others'.</summary>
    /// <param name="sources">How many there were before it.</param>
    public static string NightTime(int sources) =>
        new TimeOnly(1, 0).AddMinutes(NightMinute(sources)).ToString(TimeFormat, CultureInfo.InvariantCulture);

    // 02:15 first. Steps of the golden section leave any number of times about evenly apart.
    private static int NightMinute(int sources) => (int)((75 + (180 * ((sources * GoldenSection) % 1))) % 180);

    private static int? Number(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : null;
}
