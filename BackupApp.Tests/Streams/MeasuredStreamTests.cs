using System.Security.Cryptography;
using BackupApp.Streams;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Streams;

public sealed class MeasuredStreamTests
{
    private static readonly byte[] Data = RandomNumberGenerator.GetBytes(100_000);

    [Fact]
    public async Task It_passes_on_counts_and_hashes_both_kinds_of_write()
    {
        using var target = new MemoryStream();
        await using var measured = new MeasuredStream(target);

        measured.Write(Data.AsSpan(0, 30_000));
        await measured.WriteAsync(Data.AsMemory(30_000), TestContext.Current.CancellationToken);

        Assert.Equal(Data, target.ToArray());
        Assert.Equal(Data.Length, measured.BytesWritten);
        Assert.Equal(SHA256.HashData(Data), measured.GetHash());
    }

    [Fact]
    public void The_hash_may_be_asked_for_in_between()
    {
        using var measured = new MeasuredStream(Stream.Null);
        Assert.Equal(SHA256.HashData([]), measured.GetHash());

        measured.Write(Data.AsSpan(0, 10));
        Assert.Equal(SHA256.HashData(Data.AsSpan(0, 10)), measured.GetHash());

        measured.Write(Data.AsSpan(10));
        Assert.Equal(SHA256.HashData(Data), measured.GetHash());
    }

    [Fact]
    public void Without_a_hash_it_only_counts()
    {
        using var measured = new MeasuredStream(Stream.Null, hash: false);
        measured.Write(Data);

        Assert.Equal(Data.Length, measured.BytesWritten);
        Assert.Throws<InvalidOperationException>(measured.GetHash);
    }

    [Fact]
    public void What_the_target_refused_is_not_counted()
    {
        using var target = new GatedStream(failAfter: 50);
        target.Open();
        using var measured = new MeasuredStream(target);
        measured.Write(Data.AsSpan(0, 50));

        Assert.Throws<DiskOnFireException>(() => measured.Write(Data.AsSpan(0, 1)));
        Assert.Equal(50, measured.BytesWritten);
        Assert.Equal(SHA256.HashData(Data.AsSpan(0, 50)), measured.GetHash());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_closes_its_target_only_when_asked_to(bool leaveOpen)
    {
        using var target = new MemoryStream();
        await new MeasuredStream(target, leaveOpen: leaveOpen).DisposeAsync();

        Assert.Equal(leaveOpen, target.CanWrite);
    }
}
