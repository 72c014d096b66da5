using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace BackupApp.Runs;

/// <summary>Section <c>BackupApp</c>: what becomes of running backups when the process is asked to stop.</summary>
public sealed class DrainOptions
{
    /// <summary>
    /// How long running backups may go on at SIGTERM before they are canceled. 0 cancels them at once; all is done within 8 s then.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan DrainTimeout { get; set; }
}

/// <summary>
/// The end of a process: from the first signal on nothing new is claimed, and after the drain time what runs is canceled.
/// </summary>
public sealed class Drain : IDisposable
{
    private readonly CancellationTokenSource _cancel;
    private readonly CancellationTokenRegistration _stopping;

    public Drain(IHostApplicationLifetime lifetime, IOptions<DrainOptions> options, TimeProvider time)
    {
        NoNewClaims = lifetime.ApplicationStopping;
        _cancel = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _stopping = NoNewClaims.Register(() => _cancel.CancelAfter(options.Value.DrainTimeout));
    }

    public CancellationToken NoNewClaims { get; }

    /// <summary>Running backups end now.</summary>
    public CancellationToken CancelRuns => _cancel.Token;

    public void Dispose()
    {
        _stopping.Dispose();
        _cancel.Dispose();
    }
}
