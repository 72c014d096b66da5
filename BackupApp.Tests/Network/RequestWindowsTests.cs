using BackupApp.Network;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Network;

public sealed class RequestWindowsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RequestWindows _windows;

    public RequestWindowsTests() => _windows = new RequestWindows(_time);

    [Fact]
    public void A_window_begins_with_the_first_request_and_says_how_long_it_goes_on()
    {
        Assert.Null(_windows.Take("ann", 2));
        _time.Advance(TimeSpan.FromSeconds(45));
        Assert.Null(_windows.Take("ann", 2));
        Assert.Equal(TimeSpan.FromSeconds(15), _windows.Take("ann", 2));
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Null(_windows.Take("ann", 2));
    }

    [Fact]
    public void One_key_takes_nothing_from_another()
    {
        Assert.Null(_windows.Take("ann", 1));
        Assert.NotNull(_windows.Take("ann", 1));
        Assert.Null(_windows.Take("ben", 1));
    }

    [Fact]
    public void Keys_that_stay_away_are_forgotten()
    {
        for (var i = 0; i < 1000; i++)
            _windows.Take($"made up {i}", 1);
        _time.Advance(RequestWindows.Length);
        Assert.Null(_windows.Take("ann", 1));
        Assert.Equal(1, _windows.Count);
    }

    [Fact]
    public void Many_at_once_get_no_more_than_their_share()
    {
        var granted = 0;
        Parallel.For(0, 1000, _ =>
        {
            if (_windows.Take("ann", 100) is null)
                Interlocked.Increment(ref granted);
        });
        Assert.Equal(100, granted);
    }
}
