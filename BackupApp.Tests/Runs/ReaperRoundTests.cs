using BackupApp.Runs;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Runs;

/// <summary>One round of the reaper at a time, and each part of it for itself.</summary>
public sealed class ReaperRoundTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_round_that_begins_while_another_runs_ends_at_once_and_the_one_after_it_is_done()
    {
        var part = new Part();
        var held = part.Hold();
        var slow = Worker(part).RunAsync(Cancel);

        await Worker(part).RunAsync(Cancel);

        Assert.Equal((1, false), (part.Rounds, slow.IsCompleted));
        held.SetResult();
        await slow;
        await Worker(part).RunAsync(Cancel);
        Assert.Equal(2, part.Rounds);
    }

    [Fact]
    public async Task A_part_that_fails_stops_no_other()
    {
        var (bad, good) = (new Part { Failure = new InvalidOperationException("No.") }, new Part());

        await Worker(bad, good).RunAsync(Cancel);
        await Worker(bad, good).RunAsync(Cancel);

        Assert.Equal((2, 2), (bad.Rounds, good.Rounds));
    }

    private static ReaperWorker Worker(params IReaperPart[] parts) => new(parts, NullLogger<ReaperWorker>.Instance);

    private sealed class Part : IReaperPart
    {
        private Task _gate = Task.CompletedTask;

        public string Name => "part";

        public int Rounds { get; private set; }

        public Exception? Failure { get; init; }

        public TaskCompletionSource Hold()
        {
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _gate = gate.Task;
            return gate;
        }

        public Task RunAsync(CancellationToken cancellationToken)
        {
            Rounds++;
            return Failure is null ? _gate : Task.FromException(Failure);
        }
    }
}
