namespace BackupApp.Tests.Support;

/// <summary>Waits for something that happens elsewhere, by looking again and again until a deadline.</summary>
public static class Until
{
    public static Task TrueAsync(Func<bool> condition, string what, int seconds = 20) =>
        TrueAsync(() => Task.FromResult(condition()), what, seconds);

    public static Task TrueAsync(Func<Task<bool>> condition, string what, int seconds = 20) => TrueAsync(condition, () => what, seconds);

    /// <param name="what">Asked for when the time is over.</param>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> what, int seconds = 20)
    {
        var looks = new Looks();
        for (var watch = new AwakeWatch(); !await condition();)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(seconds), $"After {seconds} s still not: {what()}");
            await looks.PauseAsync(TestContext.Current.CancellationToken);
        }
    }
}
