namespace BackupApp.Protection;

/// <summary>A source's state with its reason.</summary>
/// <param name="Word">The heaviest that applies.</param>
/// <param name="IsPaused">It is switched off. Past its promise it then reads "Overdue, paused": counted, and silent.</param>
/// <param name="Reason">In sentences, for people.</param>
/// <param name="Since">Since when it is so.</param>
/// <param name="Action">The one thing to do.</param>
/// <param name="TargetId">What <paramref name="Action"/> is about: a job, a policy or a destination; null for the source itself.</param>
/// <param name="NewestGood">Of a whole server that of the database that is worst off.</param>
public sealed record ProtectionState(
    ProtectionWord Word,
    bool IsPaused,
    string Reason,
    DateTimeOffset Since,
    ProtectionAction Action,
    Guid? TargetId,
    Promise Promise,
    GoodBackup? NewestGood)
{
    /// <summary>Of a whole server, worst first.</summary>
    public IReadOnlyList<DatabaseState> Databases { get; init; } = [];

    /// <summary>Not before this is anybody told: a new source gets the time of its first run.</summary>
    public DateTimeOffset TellsFrom { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Whether the promise holds, whatever else is wrong.</summary>
    public bool Holds => Word > ProtectionWord.Overdue;

    /// <summary>Without what is no database of its own.</summary>
    public int CountedDatabases => Databases.Count(d => d.IsDatabase);

    public int HoldingDatabases => Databases.Count(d => d.IsDatabase && d.Word > ProtectionWord.Failing);

    public string Title => IsPaused && Word != ProtectionWord.Paused ? $"{Word.Title()}, paused" : Word.Title();

    /// <summary>Age of what the newest good backup holds; null without one.</summary>
    public TimeSpan? AgeAt(DateTimeOffset now) =>
        NewestGood is { } good && now > good.StartedAt ? now - good.StartedAt : NewestGood is null ? null : TimeSpan.Zero;
}

/// <summary>One database of a server.</summary>
public sealed record DatabaseState(
    string Name, ProtectionWord Word, string Reason, DateTimeOffset Since, GoodBackup? NewestGood, Promise Promise)
{
    /// <summary>See <see cref="DatabaseFacts.IsDatabase"/>.</summary>
    public bool IsDatabase { get; init; } = true;
}
