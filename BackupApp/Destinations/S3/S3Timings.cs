namespace BackupApp.Destinations.S3;

/// <summary>How long S3 requests are waited for and tried again.</summary>
/// <param name="Connect">TCP and TLS of one connection.</param>
/// <param name="Answer">One try of a short request.</param>
/// <param name="Request">A short request with all its tries: after this the endpoint counts as dead.</param>
/// <param name="Stall">One try of a part fails after this long without a byte taken; the time of a whole part is not limited.</param>
/// <param name="Part">How long one part is tried again, from its first failure on.</param>
/// <param name="Complete">Completing with all its tries. AWS documents that one may take minutes.</param>
/// <param name="Abort">Aborting, with looking whether it is gone.</param>
/// <param name="FirstPause">Pause before the second try, doubled each time up to 20 s.</param>
public sealed record S3Timings(
    TimeSpan Connect,
    TimeSpan Answer,
    TimeSpan Request,
    TimeSpan Stall,
    TimeSpan Part,
    TimeSpan Complete,
    TimeSpan Abort,
    TimeSpan FirstPause)
{
    /// <summary>For a backup that nobody watches. Stall and part together stay below the job's own stall limit of 15 minutes.</summary>
    public static readonly S3Timings Backup = new(
        Connect: TimeSpan.FromSeconds(8),
        Answer: TimeSpan.FromSeconds(15),
        Request: TimeSpan.FromSeconds(30),
        Stall: TimeSpan.FromMinutes(2),
        Part: TimeSpan.FromMinutes(5),
        Complete: TimeSpan.FromMinutes(10),
        Abort: TimeSpan.FromSeconds(60),
        FirstPause: TimeSpan.FromMilliseconds(250));

    /// <summary>For a person who waits for the answer.</summary>
    public static readonly S3Timings Interactive = Backup with
    {
        Connect = TimeSpan.FromSeconds(4),
        Answer = TimeSpan.FromSeconds(6),
        Request = TimeSpan.FromSeconds(8),
        Stall = TimeSpan.FromSeconds(8),
        Part = TimeSpan.FromSeconds(5),
        Complete = TimeSpan.FromSeconds(12),
        Abort = TimeSpan.FromSeconds(10),
    };

    /// <summary>
    /// For a person who waits for a destination's test: one part as large as a backup's, which a
    /// proxy may take whole before it passes it on.
    /// </summary>
    public static readonly S3Timings Test = Interactive with
    {
        Stall = TimeSpan.FromSeconds(45),
        Part = TimeSpan.FromSeconds(15),
        Complete = TimeSpan.FromSeconds(30),
    };
}
