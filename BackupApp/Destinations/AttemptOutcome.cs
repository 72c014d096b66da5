namespace BackupApp.Destinations;

/// <summary>How an attempt ended.</summary>
/// <param name="Problems">By field, where what was entered is at fault.</param>
internal sealed record AttemptOutcome(
    bool Ok, string? Message, Guid? DestinationId, IReadOnlyDictionary<string, string>? Problems = null)
{
    /// <summary>What was entered is the destination now, whether it works or not.</summary>
    public bool Saved { get; init; }
}
