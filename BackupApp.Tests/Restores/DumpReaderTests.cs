using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using BackupApp.Destinations;
using BackupApp.Errors;
using BackupApp.Restores;
using BackupApp.Streams;

namespace BackupApp.Tests.Restores;

/// <summary>What the tool is fed, and who is to blame when that goes wrong.</summary>
public sealed class DumpReaderTests
{
    private static readonly byte[] Dump = Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 200_000)));

    [Fact]
    public async Task It_gives_what_the_tool_wrote_and_counts_both_sides()
    {
        var stored = Gzip(Dump);
        await using var reader = Open(stored, SHA256.HashData(stored));

        using var restored = new MemoryStream();
        await reader.CopyToAsync(restored, TestContext.Current.CancellationToken);

        Assert.Equal(Dump, restored.ToArray());
        Assert.Equal((stored.Length, Dump.Length, true), (reader.BytesRead, reader.BytesRestored, reader.IsVerified));
    }

    [Fact]
    public async Task An_object_that_is_not_what_was_stored_has_no_end()
    {
        var stored = Gzip(Dump);
        await using var reader = Open(stored, SHA256.HashData(Dump));

        var failure = await Assert.ThrowsAsync<DumpReadException>(() =>
            reader.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));

        Assert.Equal((RunStage.Read, DumpReadException.Damaged), (failure.Stage, failure.FailureCode));
    }

    [Fact]
    public async Task What_the_tool_did_not_want_is_verified_all_the_same()
    {
        var stored = Gzip(Dump);
        await using (var whole = Open(stored, SHA256.HashData(stored)))
        {
            await ReadSomeAsync(whole);
            await whole.VerifyAsync(TestContext.Current.CancellationToken);
            Assert.True(whole.IsVerified);
        }

        await using var damaged = Open(stored, SHA256.HashData(Dump));
        await ReadSomeAsync(damaged);
        await Assert.ThrowsAsync<DumpReadException>(() => damaged.VerifyAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_store_fails_in_its_own_name()
    {
        var lost = new VerifiedStream(new LostStream(), new byte[32], 1000);
        await using var reader = new DumpReader(lost, lost, 1000);

        var failure = await Assert.ThrowsAsync<DumpReadException>(() => ReadSomeAsync(reader));

        Assert.Equal((RunStage.Read, "unreachable"), (failure.Stage, failure.FailureCode));
    }

    private static async Task ReadSomeAsync(Stream stream) =>
        await stream.ReadExactlyAsync(new byte[100], TestContext.Current.CancellationToken);

    private static DumpReader Open(byte[] stored, byte[] sha256)
    {
        var verified = new VerifiedStream(new MemoryStream(stored), sha256, stored.Length);
        return new DumpReader(verified, new GZipStream(verified, CompressionMode.Decompress), stored.Length);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return memory.ToArray();
    }

    private sealed class LostStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new StoreException(StoreError.Unreachable, "Nothing answers.");
    }
}
