namespace BackupApp.Destinations;

/// <summary>How an attempt ended.</summary>
/// <param name="Problems">By field, where what was entered is at fault.</param>
internal sealed record AttemptOutcome(
    bool Ok, string? Message, Guid? DestinationId, IReadOnlyDictionary<string, string>? Problems = null);
