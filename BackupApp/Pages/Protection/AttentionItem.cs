using BackupApp.Protection;

namespace BackupApp.Pages.Protection;

/// <summary>One thing that needs somebody: what it is about, what is the matter, since when, and the one thing to do.</summary>
/// <param name="Key">Tells it from others of the page; fit for an id.</param>
/// <param name="About">Names, each with the page where it is at home; not all of them where there are many.</param>
/// <param name="Reason">In sentences.</param>
public sealed record AttentionItem(string Key, IReadOnlyList<ActionLink> About, string Reason)
{
    /// <summary>How many more it is about.</summary>
    public int More { get; init; }

    /// <summary>Null for what is no state of a source.</summary>
    public ProtectionWord? Word { get; init; }

    public string? Title { get; init; }

    /// <summary>How long it has been so; null where nobody knows, or it does not matter.</summary>
    public TimeSpan? For { get; init; }

    public int FailedRuns { get; init; }

    public DateTimeOffset? FailingSince { get; init; }

    public DateTimeOffset? LastGood { get; init; }

    /// <summary>What somebody said of it, if somebody knows.</summary>
    public Incident? Incident { get; init; }

    public bool IsKnown { get; init; }

    public ActionLink? Action { get; init; }

    /// <summary>In place of <see cref="Action"/>: the source to run a backup of.</summary>
    public Guid? Run { get; init; }
}
