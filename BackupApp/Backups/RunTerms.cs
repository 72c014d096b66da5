namespace BackupApp.Backups;

/// <summary>What a policy says to a run of it.</summary>
/// <param name="CompressionLevel">gzip's level 0–9; null = not compressed.</param>
/// <param name="CompressionThreads">Null = as many as the process uses by default.</param>
/// <param name="RateLimit">MB (10^6 bytes) a second that are read from the tool; null = no limit.</param>
public sealed record RunTerms(
    Guid AttachmentId,
    Guid PolicyId,
    string PolicyName,
    int? CompressionLevel,
    TimeSpan? MaxDuration,
    int? CompressionThreads = null,
    int? RateLimit = null);
