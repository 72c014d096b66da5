namespace BackupApp.Alerts;

/// <summary>What the other side said.</summary>
/// <param name="Excerpt">Shortened, for people.</param>
/// <param name="RetryAfter">As long it wants to be left alone.</param>
/// <param name="IsGone">It wants nothing any more.</param>
public sealed record ChannelAnswer(bool Ok, string Excerpt, TimeSpan? RetryAfter = null, bool IsGone = false)
{
    /// <summary>E-mail that was taken for others: recipients that the server put off. They get it by themselves, later.</summary>
    public IReadOnlyList<string> Later { get; init; } = [];

    /// <summary>E-mail that was taken for others: whom it is never taken for, and why, for people. Null where there is nobody.</summary>
    public string? Refused { get; init; }
}

/// <summary>
/// Brings a message to one kind of channel. Whatever goes wrong on the way is an answer or an exception; either is tried again.
/// </summary>
public interface IAlertSender
{
    ChannelKind Kind { get; }

    Task<ChannelAnswer> SendAsync(AlertChannel channel, ChannelSecrets secrets, AlertMessage message, CancellationToken cancellationToken);
}
