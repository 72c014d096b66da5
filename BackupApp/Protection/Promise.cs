namespace BackupApp.Protection;

/// <summary>Where a promise comes from.</summary>
public enum PromiseOrigin
{
    /// <summary>Nothing was ever promised.</summary>
    None,

    /// <summary>The policy that runs most often.</summary>
    Schedule,

    /// <summary>A maximum age that somebody set.</summary>
    Hand,

    /// <summary>The last schedule is gone; what it promised stays.</summary>
    Kept,
}

/// <summary>How old the newest good backup of a source may get.</summary>
/// <param name="Policy">Whose schedule it is, if it is one's.</param>
/// <param name="DueAt">When the next backup should begin; null where no schedule says so.</param>
/// <param name="BreaksAt">From here on the source is overdue; null without a good backup, or without a promise.</param>
/// <param name="MaxAge">The age that the newest good backup has then.</param>
public sealed record Promise(PromiseOrigin Origin, string? Policy, DateTimeOffset? DueAt, DateTimeOffset? BreaksAt, TimeSpan? MaxAge)
{
    /// <summary>Its schedule has made the newest good backup, or could have. Until then the promise before it counts as well.</summary>
    public bool IsSettled { get; init; } = true;

    public static readonly Promise None = new(PromiseOrigin.None, null, null, null, null);

    /// <summary>As in "never older than 36 h".</summary>
    public string Sentence => (Origin, MaxAge) switch
    {
        (PromiseOrigin.None, _) => "nothing is promised",
        (_, { } age) => $"never older than {Ages.Words(age)}",
        _ => $"as often as {Policy} runs",
    };
}
