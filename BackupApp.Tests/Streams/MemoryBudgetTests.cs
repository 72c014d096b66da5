using BackupApp.Streams;

namespace BackupApp.Tests.Streams;

public sealed class MemoryBudgetTests
{
    private readonly MemoryBudget _budget = new(100);
    private readonly List<bool> _waits = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_that_find_room_do_not_wait()
    {
        using var one = await ReserveAsync(60);
        using var two = await ReserveAsync(40);

        Assert.Equal((100, 60, 40), (_budget.UsedBytes, one.Bytes, two.Bytes));
        Assert.Empty(_waits);
    }

    [Fact]
    public async Task A_run_waits_until_there_is_room_and_says_so()
    {
        var one = await ReserveAsync(60);
        var two = ReserveAsync(50);

        Assert.False(two.IsCompleted);
        Assert.Equal([true], _waits);
        one.Dispose();
        using var share = await two.WaitAsync(TimeSpan.FromSeconds(10), Token);

        Assert.Equal([true, false], _waits);
        Assert.Equal(50, _budget.UsedBytes);
    }

    [Fact]
    public async Task A_large_run_is_not_passed_by_small_ones()
    {
        var one = await ReserveAsync(60);
        var large = ReserveAsync(90);
        var small = ReserveAsync(10);

        Assert.False(small.IsCompleted);
        one.Dispose();
        using var share = await large.WaitAsync(TimeSpan.FromSeconds(10), Token);
        using var other = await small.WaitAsync(TimeSpan.FromSeconds(10), Token);

        Assert.Equal(100, _budget.UsedBytes);
    }

    [Fact]
    public async Task More_than_there_is_in_all_gets_all_of_it_alone()
    {
        var one = await ReserveAsync(1);
        var all = ReserveAsync(1000);

        Assert.False(all.IsCompleted);
        one.Dispose();

        Assert.Equal(100, (await all.WaitAsync(TimeSpan.FromSeconds(10), Token)).Bytes);
    }

    [Fact]
    public async Task Who_is_cancelled_while_waiting_holds_nothing_and_holds_nobody_up()
    {
        using var canceled = new CancellationTokenSource();
        var one = await ReserveAsync(60);
        var large = _budget.ReserveAsync(90, _waits.Add, canceled.Token);
        var small = ReserveAsync(40);

        await canceled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large.WaitAsync(TimeSpan.FromSeconds(10), Token));
        using var share = await small.WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal(100, _budget.UsedBytes);
        one.Dispose();
        Assert.Equal(40, _budget.UsedBytes);
    }

    [Fact]
    public async Task Growing_never_waits_and_never_takes_what_somebody_waits_for()
    {
        using var one = await ReserveAsync(40);

        Assert.True(one.TryGrow(20));
        Assert.False(one.TryGrow(50));
        var waiting = ReserveAsync(70);
        Assert.False(one.TryGrow(1));
        Assert.Equal((60, 60), (one.Bytes, _budget.UsedBytes));
        one.Dispose();
        (await waiting.WaitAsync(TimeSpan.FromSeconds(10), Token)).Dispose();
        one.Dispose();

        Assert.Equal(0, _budget.UsedBytes);
    }

    [Fact]
    public async Task Many_runs_at_once_never_hold_more_than_there_is()
    {
        var most = 0L;
        await Parallel.ForEachAsync(Enumerable.Range(1, 2000), Token, async (n, token) =>
        {
            using var canceled = CancellationTokenSource.CreateLinkedTokenSource(token);
            if (n % 7 == 0)
                canceled.CancelAfter(TimeSpan.FromMilliseconds(1));
            try
            {
                using var share = await _budget.ReserveAsync(n % 60, _ => { }, canceled.Token);
                InterlockedMax(ref most, _budget.UsedBytes);
                await Task.Yield();
                share.TryGrow(5);
                InterlockedMax(ref most, _budget.UsedBytes);
            }
            catch (OperationCanceledException) when (canceled.IsCancellationRequested)
            {
                return; // As meant.
            }
        });

        Assert.InRange(most, 60, 100);
        Assert.Equal(0, _budget.UsedBytes);
    }

    private Task<MemoryShare> ReserveAsync(long bytes) => _budget.ReserveAsync(bytes, _waits.Add, Token);

    private static void InterlockedMax(ref long target, long value)
    {
        for (var seen = Interlocked.Read(ref target); value > seen; seen = Interlocked.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
