using BackupApp.Backups;
using BackupApp.Runs;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Runs;

public sealed class SilentRunsTests
{
    private static readonly DateTimeOffset Beat = DateTimeOffset.UnixEpoch;

    private readonly FakeTimeProvider _time = new();
    private readonly SilentRun _run = new(Guid.NewGuid(), Beat);
    private readonly SilentRuns<BackupJob> _silent;

    public SilentRunsTests() => _silent = new(Options.Create(new RunOptions { HeartbeatInterval = TimeSpan.FromSeconds(3) }), _time);

    [Fact]
    public void One_look_takes_no_run_from_its_worker()
    {
        Assert.Empty(_silent.StillSo([_run]));
        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.Empty(_silent.StillSo([_run]));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([_run], _silent.StillSo([_run]));
    }

    [Fact]
    public void Who_stirred_in_between_is_looked_at_anew()
    {
        _silent.StillSo([_run]);
        _time.Advance(TimeSpan.FromSeconds(9));

        Assert.Empty(_silent.StillSo([_run with { HeartbeatAt = Beat.AddSeconds(5) }]));
        Assert.Empty(_silent.StillSo([]));
        Assert.Empty(_silent.StillSo([_run]));
    }
}
