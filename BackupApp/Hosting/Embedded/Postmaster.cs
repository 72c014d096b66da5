namespace BackupApp.Hosting.Embedded;

/// <summary>
/// Starts and stops the server process with pg_ctl, which puts it in a session of its own: no
/// Ctrl-C and no signal to our process group reaches it.
/// </summary>
internal sealed class Postmaster(DataFolder data, ServerAccount account, PostgresBinaries binaries, ServerLog log)
{
    /// <summary>
    /// Crash recovery reads at most max_wal_size, but first flushes every file of the cluster,
    /// which a slow network disk may take its time for.
    /// </summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan FastStopLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ImmediateStopLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long the sessions of a killed server may take to notice, until they let go of its shared memory.</summary>
    private static readonly TimeSpan OrphansLimit = TimeSpan.FromSeconds(30);

    public bool IsRunning => PostmasterFile.FindServer(data.Cluster) is not null;

    /// <summary>Starts a server where none runs, and waits until it has recovered.</summary>
    /// <exception cref="EmbeddedPostgresException">It did not start; the message carries the last lines of its log.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        File.Delete(PostmasterFile.PathIn(data.Cluster));
        await log.PrepareAsync(account, cancellationToken);

        var giveUp = DateTimeOffset.MinValue;
        while (true)
        {
            var start = log.End;
            var (exitCode, output) = await StartOnceAsync(cancellationToken);
            if (exitCode == 0)
                return;

            var reason = log.LinesSince(start);
            if (giveUp == DateTimeOffset.MinValue)
                giveUp = TimeProvider.System.GetUtcNow() + OrphansLimit;
            // The message is PostgreSQL's, in English because of lc_messages.
            if (!reason.Contains("pre-existing shared memory block", StringComparison.Ordinal) || TimeProvider.System.GetUtcNow() > giveUp)
                throw new EmbeddedPostgresException(
                    $"PostgreSQL did not start in {data.Cluster}. The end of its log ({log.Path}):\n"
                    + $"{(reason.Length > 0 ? reason : output)}");

            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }
    }

    /// <summary>
    /// Ends all sessions and writes everything out; when that takes too long, or <paramref name="cancellationToken"/> says so,
    /// stops at once, and the next start recovers. Never kills: a killed server leaves processes and shared memory behind.
    /// </summary>
    /// <returns>False when it still runs.</returns>
    public async Task<bool> StopAsync(CancellationToken cancellationToken)
    {
        if (!IsRunning)
            return true;

        try
        {
            await PgCtlAsync(["stop", "-m", "fast", .. Wait(FastStopLimit)], cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Only the patience has ended.
        }

        if (IsRunning)
            await PgCtlAsync(["stop", "-m", "immediate", .. Wait(ImmediateStopLimit)], CancellationToken.None);
        return !IsRunning;
    }

    private async Task<(int ExitCode, string Output)> StartOnceAsync(CancellationToken cancellationToken)
    {
        var start = PgCtlAsync(["start", "-l", log.Path, .. Wait(StartLimit)], CancellationToken.None);
        try
        {
            return await start.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // A server that has not written its pid file yet cannot be stopped. pg_ctl ends when the server is up or has ended.
            while (!start.IsCompleted)
            {
                await StopAsync(cancellationToken);
                await Task.WhenAny(start, Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None));
            }

            throw;
        }
    }

    private Task<(int ExitCode, string Output)> PgCtlAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        account.RunAsync(binaries.PgCtl, [.. arguments, "-D", data.Cluster], cancellationToken);

    private static string[] Wait(TimeSpan limit) => ["-w", "-t", $"{limit.TotalSeconds:0}"];
}
