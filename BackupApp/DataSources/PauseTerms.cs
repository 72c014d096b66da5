using BackupApp.Errors;

namespace BackupApp.DataSources;

/// <summary>How long a source, or a policy of it, is switched off, and why.</summary>
/// <param name="Until">Null until somebody resumes it.</param>
/// <param name="Why">At most <see cref="LongestWhy"/> characters; null where nobody said.</param>
public sealed record PauseTerms(DateTimeOffset? Until = null, string? Why = null)
{
    public const int LongestWhy = 200;

    /// <summary>Longer than that nobody remembers why.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    /// <summary>As a form has them. What is too long is shortened: a form cannot hold it. What was pasted becomes one line.</summary>
    /// <param name="hours">0 until somebody resumes it.</param>
    public static PauseTerms OfForm(int hours, string? why, DateTimeOffset now)
    {
        var line = string.Concat((why ?? "").ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        var until = hours > 0 ? now.AddHours(Math.Min(hours, (int)Longest.TotalHours)) : (DateTimeOffset?)null;
        return new PauseTerms(until, line.Length > LongestWhy ? Shortened(line) : line);
    }

    /// <exception cref="InvalidInputException"/>
    public PauseTerms Checked(DateTimeOffset now)
    {
        if (Until is { } until && (until <= now || until > now + Longest))
            throw new InvalidInputException(
                "PausedUntil", $"Give a moment within the next {Longest.TotalDays:0} days, or none until somebody resumes it.");
        var why = Why?.Trim() is { Length: > 0 } text ? text : null;
        return why is { Length: > LongestWhy } || why?.Any(char.IsControl) == true
            ? throw new InvalidInputException("PauseReason", $"Say why in at most {LongestWhy} characters on one line.")
            : this with { Until = Until?.ToUniversalTime(), Why = why };
    }

    // Half of a character nobody can store.
    private static string Shortened(string line) => line[..(char.IsHighSurrogate(line[LongestWhy - 1]) ? LongestWhy - 1 : LongestWhy)];
}
