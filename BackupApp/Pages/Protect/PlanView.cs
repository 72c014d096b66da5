using BackupApp.Pages.Policies;
using BackupApp.Policies;
using BackupApp.Retention;

namespace BackupApp.Pages.Protect;

/// <summary>What the schedule and the rule of a form come to.</summary>
/// <param name="Problem">Of the schedule's words; null where they can be read.</param>
/// <param name="Calendar">Null where one of the two cannot be read.</param>
public sealed record PlanView(string? Problem, ScheduleOutlook Outlook, RetentionRule? Rule, RetentionCalendar? Calendar)
{
    /// <summary>Next runs that are shown.</summary>
    public const int Runs = 2;

    /// <summary>Of a form with <see cref="ProtectTerms"/>: what its plan is asked by, for <c>data-preview-fields</c>.</summary>
    public static readonly string Fields = string.Join(
        ' ',
        "every=Terms.Schedule.Every",
        "time=Terms.Schedule.Time",
        "minute=Terms.Schedule.Minute",
        "weekday=Terms.Schedule.Weekday",
        "cron=Terms.Schedule.Cron",
        "zone=Terms.TimeZone",
        "days=Terms.KeepDays",
        "last=Terms.KeepLast");

    /// <summary>Null where there is none, or only this one.</summary>
    public DateTimeOffset? NextRun => Outlook.Runs.Count > 1 ? Outlook.Runs[0] : null;

    public static PlanView Of(ScheduleWords words, string? zone, int? keepDays, int? keepLast, DateTimeOffset now)
    {
        var problems = new Dictionary<string, string>();
        var cron = words.ToCron("", problems);
        var outlook = ScheduleOutlook.Of(cron ?? "", zone, now);
        var rule = FormModel.Rule(keepDays, keepLast);
        return new PlanView(
            problems.Values.FirstOrDefault(),
            outlook,
            rule,
            rule is { } read && outlook.Schedule is { } schedule ? RetentionCalendar.Of(read, schedule, now) : null);
    }
}
