using System.Diagnostics;

namespace BackupApp.Tests.Support;

/// <summary>How long something takes that is done again and again.</summary>
internal static class Timing
{
    /// <summary>All times go to the test's output.</summary>
    public static async Task<TimeSpan> MedianAsync(string what, int rounds, Func<Task> act)
    {
        var times = new List<TimeSpan>();
        for (var round = 0; round < rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            await act();
            times.Add(watch.Elapsed);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {string.Join(", ", times.Select(t => $"{t.TotalMilliseconds:0}"))} ms");
        return times.Order().ElementAt(rounds / 2);
    }
}
