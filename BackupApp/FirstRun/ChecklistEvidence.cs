namespace BackupApp.FirstRun;

/// <summary>What the database shows of an installation: nothing here is anybody's word.</summary>
/// <param name="FirstBackupAt">When the first backup ended well.</param>
/// <param name="HasSources">Whether there is anything to back up yet.</param>
/// <param name="HasSchedule">A policy runs on a source, and both are switched on.</param>
/// <param name="Elsewhere">A destination off this machine that passed its test and that a schedule writes to; null for none.</param>
/// <param name="UnusedElsewhere">One that passed its test, while no schedule writes to it.</param>
/// <param name="ConfirmedChannel">A channel by which a test message was received.</param>
/// <param name="HasChannel">A channel that is switched on, received or not.</param>
/// <param name="ReadySource">A source that could be restored today.</param>
/// <param name="NotReady">What keeps another one from it.</param>
/// <param name="Administrators">Who may sign in.</param>
/// <param name="WithTwoFactor">Those of them whose second factor is on.</param>
public sealed record ChecklistEvidence(
    DateTimeOffset? FirstBackupAt,
    bool HasSources,
    bool HasSchedule,
    string? Elsewhere,
    string? UnusedElsewhere,
    string? ConfirmedChannel,
    bool HasChannel,
    string? ReadySource,
    string? NotReady,
    int Administrators,
    int WithTwoFactor);
