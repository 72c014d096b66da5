namespace BackupApp.Destinations;

/// <summary>What a destination test does, in this order. Written in snake_case.</summary>
public enum DestinationTestStep
{
    Upload,
    Read,
    Link,
    Delete,
}

/// <summary>Whether a backup could be stored, read, handed out and deleted again.</summary>
/// <param name="FailedStep">Null when all went well.</param>
/// <param name="Code">Null when all went well.</param>
/// <param name="Message">One sentence for the user, without secrets.</param>
/// <param name="Advice">What to do about it, where more than the message can be said.</param>
/// <param name="Latency">Of the whole test.</param>
/// <param name="KeepsVersions">
/// The bucket keeps old versions: what is deleted without naming its version is only hidden, and still billed.
/// </param>
public sealed record DestinationTestResult(
    DestinationTestStep? FailedStep,
    StoreError? Code,
    string Message,
    string? Advice,
    TimeSpan Latency,
    bool KeepsVersions)
{
    public bool Ok => FailedStep is null;

    /// <summary>Deleting was refused, and that is accepted.</summary>
    public bool CannotDelete { get; init; }

    /// <summary>Of the test's object.</summary>
    public ObjectLock? Lock { get; init; }

    /// <summary>What the test could not remove, as a sentence.</summary>
    public string? LeftBehind { get; init; }
}
