namespace BackupApp.Backups;

/// <summary>
/// What a run will probably come to: for its progress, and for the size of its upload's parts, which cannot change later.
/// </summary>
/// <param name="Read">Bytes that the tool will write.</param>
/// <param name="Stored">Bytes that the destination will take.</param>
public readonly record struct ExpectedSizes(long? Read, long? Stored)
{
    /// <summary>
    /// Database dumps compress to between a third and a fifth; the cautious end, since parts that are too small are worse than too large.
    /// </summary>
    private const int TypicalRatio = 3;

    /// <summary>By the last run of the same source, which may have been compressed differently.</summary>
    public static ExpectedSizes After(long read, long stored, int? lastLevel, int? level) =>
        new(
            read,
            (Compresses(lastLevel), Compresses(level)) switch
            {
                (true, true) or (false, false) => stored,
                (true, false) => read,
                (false, true) => read / TypicalRatio,
            });

    /// <summary>
    /// Of the first run, by the database as its connection test saw it. What will be stored is left to the run, which asks again.
    /// </summary>
    /// <param name="databaseSize">Bytes; null when the server did not say.</param>
    public static ExpectedSizes First(long? databaseSize) => new(databaseSize, null);

    /// <summary>By the size of the database itself, which holds indexes that are not dumped, and dead rows.</summary>
    /// <param name="databaseSize">Bytes; null when the server did not say.</param>
    public static long? StoredOf(long? databaseSize, int? level) => Compresses(level) ? databaseSize / TypicalRatio : databaseSize;

    private static bool Compresses(int? level) => level > 0;
}
