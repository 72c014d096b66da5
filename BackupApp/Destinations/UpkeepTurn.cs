namespace BackupApp.Destinations;

/// <summary>
/// The time that upkeep gives one destination in one round, so that one that is slow or dead holds up neither the others nor the next
/// round. What is not done in it stays due.
/// </summary>
public sealed class UpkeepTurn(TimeProvider time)
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly long _since = time.GetTimestamp();

    /// <summary>Nothing more is begun.</summary>
    public bool IsOver => time.GetElapsedTime(_since) >= Limit;
}
