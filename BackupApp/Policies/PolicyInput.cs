using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Errors;
using BackupApp.Pings;

namespace BackupApp.Policies;

/// <summary>A policy as entered, in the UI and by API.</summary>
public sealed class PolicyInput
{
    public const int MaxKeepDays = 36_500;
    public const int MaxKeepLast = 100_000;
    public const int MaxMinutes = 30 * 24 * 60;
    public const int MaxThreads = BackupOptions.MaxCompressionThreads;
    public const int MaxRate = 100_000;
    public const int DefaultCompressionLevel = BackupOptions.DefaultCompressionLevel;

    public string? Name { get; set; }

    public string? Cron { get; set; } = "15 2 * * *";

    public string? TimeZone { get; set; } = TimeZones.Default;

    public int? KeepDays { get; set; } = 14;

    public int? KeepLast { get; set; } = 7;

    public Guid? DestinationId { get; set; }

    /// <summary>0 to 9; null = not compressed.</summary>
    public int? CompressionLevel { get; set; } = DefaultCompressionLevel;

    /// <summary>Null = as many as the worker uses by default.</summary>
    public int? CompressionThreads { get; set; }

    /// <summary>MB a second, read from the database; null = no limit.</summary>
    public int? RateLimit { get; set; }

    /// <summary>Minutes; null = no limit.</summary>
    public int? MaxDurationMinutes { get; set; }

    /// <summary>Null = as the schedule asks for: daily and rarer ones do; see <see cref="CronSchedule.IsDailyOrRarer"/>.</summary>
    public bool? RunOnceAfterDowntime { get; set; }

    /// <summary>The monitor outside that is told of its runs. Nothing given changes nothing.</summary>
    public PingInput Ping { get; set; } = new();

    /// <summary>Lines of <c>key=value</c>, or separated by commas.</summary>
    public string? Labels { get; set; }

    /// <summary>Null = for any.</summary>
    public DataSourceEnvironment? Environment { get; set; }

    public static PolicyInput From(BackupPolicy policy) => new()
    {
        Name = policy.Name,
        Cron = policy.Cron,
        TimeZone = policy.TimeZone,
        KeepDays = policy.KeepDays,
        KeepLast = policy.KeepLast,
        DestinationId = policy.DestinationId,
        CompressionLevel = policy.CompressionLevel,
        CompressionThreads = policy.CompressionThreads,
        RateLimit = policy.RateLimit,
        MaxDurationMinutes = (int?)policy.MaxDuration?.TotalMinutes,
        RunOnceAfterDowntime = policy.RunOnceAfterDowntime,
        Labels = policy.Labels.Text,
        Environment = policy.Environment,
    };

    internal string ReadName(Dictionary<string, string> problems) => InputRules.ReadName(Name, BackupPolicy.MaxName, problems);

    /// <summary>The terms, or null with every problem noted.</summary>
    internal PolicyTerms? ReadTerms(Dictionary<string, string> problems)
    {
        var before = problems.Count;
        Ping.Read($"{nameof(Ping)}.{nameof(PingInput.Url)}", problems);
        var schedule = CronSchedule.Read(Cron, TimeZone, out var wrong);
        if (wrong.Cron is not null)
            problems[nameof(Cron)] = wrong.Cron;
        if (wrong.TimeZone is not null)
            problems[nameof(TimeZone)] = wrong.TimeZone;
        if (KeepDays is not (>= 0 and <= MaxKeepDays))
            problems[nameof(KeepDays)] = $"Give a number of days from 0 (off) to {MaxKeepDays}.";
        if (KeepLast is not (>= 0 and <= MaxKeepLast))
            problems[nameof(KeepLast)] = $"Give a number of backups from 0 (off) to {MaxKeepLast}.";
        if (DestinationId is null)
            problems[nameof(DestinationId)] = "Choose where the backups go.";
        if (CompressionLevel is < 0 or > 9)
            problems[nameof(CompressionLevel)] = "The level is a number from 0 to 9, or none.";
        if (CompressionThreads is < 1 or > MaxThreads)
            problems[nameof(CompressionThreads)] = $"Give 1 to {MaxThreads} threads, or nothing for the worker's own number.";
        if (RateLimit is < 1 or > MaxRate)
            problems[nameof(RateLimit)] = $"Give 1 to {MaxRate} MB a second, or nothing for no limit.";
        if (MaxDurationMinutes is < 1 or > MaxMinutes)
            problems[nameof(MaxDurationMinutes)] = $"Give 1 to {MaxMinutes} minutes (30 days), or nothing for no limit.";
        var labels = LabelSet.Read(Labels, nameof(Labels), problems);
        return problems.Count > before
            ? null
            : new PolicyTerms(
                schedule!.Cron, schedule.Zone.Id, KeepDays!.Value, KeepLast!.Value, DestinationId!.Value, CompressionLevel,
                MaxDurationMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
                RunOnceAfterDowntime ?? schedule.IsDailyOrRarer(),
                CompressionThreads,
                RateLimit,
                labels,
                Environment);
    }
}
