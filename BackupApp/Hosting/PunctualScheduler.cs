using Hangfire.Server;

namespace BackupApp.Hosting;

/// <summary>
/// Has Hangfire look for recurring work just after each whole multiple of a period, which is when it is due. Hangfire's own looks begin
/// whenever the process did: a tick was late by up to one of its delays, and in the mean by half.
/// </summary>
/// <param name="looks">One look, and a wait of <see cref="NoDelay"/>.</param>
internal sealed class PunctualScheduler(IBackgroundProcess looks, TimeSpan period, TimeProvider time) : IBackgroundProcess
{
    /// <summary>The shortest that Hangfire does not take for "none said".</summary>
    public static readonly TimeSpan NoDelay = TimeSpan.FromMilliseconds(1);

    // What is due is told by the database's clock, which may be a little behind.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(200);

    public void Execute(BackgroundProcessContext context)
    {
        looks.Execute(context);
        context.Wait(UntilNext(time.GetUtcNow()));
    }

    /// <returns>How long after the moment the next look is: more than nothing, at most a period.</returns>
    internal TimeSpan UntilNext(DateTimeOffset now) => period - TimeSpan.FromTicks((now.UtcTicks - Margin.Ticks) % period.Ticks);
}
