using BackupApp.Policies;

namespace BackupApp.Protection;

/// <summary>All that a source's state is reckoned from. Nothing in it comes from the scheduler.</summary>
public sealed record SourceFacts
{
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null while the source is active.</summary>
    public PauseFacts? Pause { get; init; }

    /// <summary>
    /// Why nothing of it runs by itself though somebody meant it to: its own pause, or that of all its policies, until the first of
    /// them is resumed. Null where something runs.
    /// </summary>
    public PauseFacts? Halt => Pause ?? HaltOfPolicies;

    /// <summary>The oldest that the newest good backup may get, as set by hand; null to go by the schedules.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>What was promised when the source last had a schedule; it stays in force without one.</summary>
    public TimeSpan? KeptAge { get; init; }

    /// <summary>The attached policies, those that are switched off too.</summary>
    public IReadOnlyList<ScheduleFacts> Schedules { get; init; } = [];

    /// <summary>
    /// The last good backups, newest first: not deleted, not damaged. At most ten. Of a whole server those that hold a part of it
    /// count too.
    /// </summary>
    public IReadOnlyList<GoodBackup> Goods { get; init; } = [];

    /// <summary>Runs that ended badly since the newest of <see cref="Goods"/> began; null where none did.</summary>
    public FailedRuns? Failures { get; init; }

    /// <summary>What is wrong with the newest backup; null where it is good.</summary>
    public DamageFacts? Damage { get; init; }

    /// <summary>When the newest good backup that it ever had was deleted; null where it has one, or never had.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>Nobody said yet how to log in, or what was said is gone.</summary>
    public bool LacksCredentials { get; init; }

    /// <summary>Whether any run of it ever ended.</summary>
    public bool HasEndedRun { get; init; }

    /// <summary>What may break the promise, heaviest first.</summary>
    public IReadOnlyList<Risk> Risks { get; init; } = [];

    /// <summary>Why it could not be restored, where that was found; null where it could, or nobody knows.</summary>
    public NotReadyFacts? NotReady { get; init; }

    /// <summary>Of a whole server, each database that was there at its last run; empty for one database.</summary>
    public IReadOnlyList<DatabaseFacts> Databases { get; init; } = [];

    // Whoever set a maximum age by hand wants to know when it is passed, whatever runs.
    private PauseFacts? HaltOfPolicies => Schedules.Count == 0 || MaxAge is not null || Schedules.Any(s => s.IsEnabled)
        ? null
        : new PauseFacts(
            Schedules.Max(s => s.Pause?.Since ?? s.AttachedAt), Schedules.Min(s => s.Pause?.Until),
            string.Join("; ", Schedules.Select(s => s.Pause?.Why).Where(why => why is { Length: > 0 }).Distinct()))
        {
            IsOfPolicies = true,
        };
}

/// <summary>A backup that can be restored, as far as is known.</summary>
/// <param name="StartedAt">When its dump began: what it holds is as old as this.</param>
public sealed record GoodBackup(Guid JobId, DateTimeOffset StartedAt, TimeSpan Duration, long Bytes);

/// <param name="Until">Null until somebody resumes it.</param>
/// <param name="Why">As entered; empty where nobody said.</param>
public sealed record PauseFacts(DateTimeOffset Since, DateTimeOffset? Until, string Why)
{
    /// <summary>Not the source is switched off but all its policies.</summary>
    public bool IsOfPolicies { get; init; }

    /// <summary>As in "until 27 Nov 2026 08:00 UTC: migration."</summary>
    public string Terms
    {
        get
        {
            var end = Until is { } until ? $"until {Ages.Moment(until)}" : $"until somebody resumes {(IsOfPolicies ? "one" : "it")}";
            return Why.Length == 0 ? $"{end}." : $"{end}: {Why}{(Why.EndsWith('.') ? "" : ".")}";
        }
    }
}

/// <summary>A policy at work on the source.</summary>
/// <param name="Schedule">Null where it cannot be read, for the reason of <paramref name="Problem"/>.</param>
/// <param name="OwnGood">When the dump of this policy's own newest good backup began; null without one.</param>
/// <param name="AttachedAt">What came due before was not its business.</param>
public sealed record ScheduleFacts(
    Guid PolicyId,
    string Name,
    CronSchedule? Schedule,
    string? Problem,
    bool IsEnabled,
    DateTimeOffset? OwnGood,
    DateTimeOffset AttachedAt)
{
    /// <summary>Null while it is enabled, and where nobody knows since when it is not.</summary>
    public PauseFacts? Pause { get; init; }

    /// <summary>When its times last became other ones; null where they never did.</summary>
    public DateTimeOffset? RescheduledAt { get; init; }

    /// <summary>When it, or its source, was last switched on again; null where neither was.</summary>
    public DateTimeOffset? ResumedAt { get; init; }

    /// <summary>When somebody last decided that it runs at these times.</summary>
    public DateTimeOffset ChosenAt => RescheduledAt > AttachedAt ? RescheduledAt.Value : AttachedAt;

    /// <summary>What comes due up to here never runs.</summary>
    public DateTimeOffset InForceSince => ResumedAt > ChosenAt ? ResumedAt.Value : ChosenAt;
}

/// <param name="Count">At least so many.</param>
/// <param name="First">When the first of them ended.</param>
/// <param name="LastJobId">The newest of them.</param>
/// <param name="LastError">Its error, as a sentence.</param>
/// <param name="IsConnection">It could not connect.</param>
public sealed record FailedRuns(int Count, DateTimeOffset First, Guid LastJobId, string LastError, bool IsConnection)
{
    /// <summary>The destination, where it was what failed.</summary>
    public Guid? StoreId { get; init; }
}

/// <param name="What">In sentences.</param>
/// <param name="IsProduction">Elsewhere it may be as it is: whoever wants one of those back has time.</param>
public sealed record NotReadyFacts(string What, DateTimeOffset Since, bool IsProduction);

/// <param name="What">As a sentence.</param>
public sealed record DamageFacts(Guid JobId, DateTimeOffset FoundAt, string What)
{
    /// <summary>The destination that it lies at, or should; null where nobody asked.</summary>
    public Guid? StoreId { get; init; }
}

/// <param name="Reason">As a sentence.</param>
public sealed record Risk(string Reason, DateTimeOffset Since, ProtectionAction Action, Guid? TargetId = null);

/// <summary>One database of a server.</summary>
/// <param name="Good">Its newest good backup; null without one.</param>
/// <param name="FirstSeenAt">When a run first planned it.</param>
/// <param name="Failure">What went wrong with it in the last run; null where nothing did.</param>
public sealed record DatabaseFacts(
    string Name, GoodBackup? Good, DateTimeOffset FirstSeenAt, FailedRuns? Failure, DamageFacts? Damage = null)
{
    /// <summary>False of a part of a server that is none: its roles and tablespaces. It has a state, and is not counted.</summary>
    public bool IsDatabase { get; init; } = true;
}
