using BackupApp.Engines.Postgres.Restores;
using BackupApp.Streams;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>Who reads the rest of a dump hears what whoever fed the tool has heard.</summary>
public sealed class RestoredSourceTests
{
    [Fact]
    public async Task Damage_that_the_feeder_has_met_is_told_to_who_reads_the_rest()
    {
        await using var source = new RestoredSource(new DamagedStream(), null);
        var buffer = new byte[10];
        Assert.Equal(10, await source.ReadAsync(buffer, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidDataException>(() => source.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask());

        // The tool has ended with an error of its own by now, and somebody looks whether the dump was to blame.
        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => source.FinishAsync(TestContext.Current.CancellationToken));

        Assert.Equal("Damaged.", failure.Message);
    }

    /// <summary>As one that compares a sum with its last byte: behind it is nothing but an end.</summary>
    private sealed class DamagedStream : ReadOnlyStream
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ++_reads switch
        {
            1 => new(buffer.Length),
            2 => throw new InvalidDataException("Damaged."),
            _ => new(0),
        };
    }
}
