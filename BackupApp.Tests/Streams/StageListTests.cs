using BackupApp.Streams;

namespace BackupApp.Tests.Streams;

public sealed class StageListTests
{
    [Fact]
    public async Task Bytes_pass_the_stages_from_the_one_added_last_to_the_target_and_each_is_finished_in_that_order()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var target = new MemoryStream();
        await using var stages = new StageList(target);
        var measured = stages.Add(next => new MeasuredStream(next));
        stages.Add(next => new ParallelGzipStream(next, 6, 1, cancellationToken: cancellationToken));
        var read = stages.Add(next => new MeasuredStream(next, hash: false));

        stages.Entry.Write(new byte[3_000_000]);
        await stages.FinishAsync(cancellationToken);

        Assert.Equal(3_000_000, read.BytesWritten);
        Assert.Equal(target.Length, measured.BytesWritten);
        Assert.InRange(target.Length, 1, 100_000);
    }

    [Fact]
    public async Task An_empty_list_is_its_target()
    {
        using var target = new MemoryStream();
        await using var stages = new StageList(target);

        Assert.Same(target, stages.Entry);
    }
}
