using System.IO.Compression;
using System.Security.Cryptography;
using BackupApp.Streams;

namespace BackupApp.Tests.Streams;

public sealed class VerifiedStreamTests
{
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(100_000);

    [Fact]
    public async Task What_was_stored_is_read() => Assert.Equal(Content, await ReadAsync(Content, Content));

    [Theory]
    [InlineData(0)]
    [InlineData(50_000)]
    [InlineData(99_999)]
    public async Task A_flipped_bit_is_told_before_the_end(int at)
    {
        var damaged = Content.ToArray();
        damaged[at] ^= 1;

        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(Content, damaged));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99_999)]
    public async Task A_cut_object_has_no_end(int length) =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(Content, Content[..length]));

    [Fact]
    public async Task An_object_with_more_bytes_is_refused() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(Content, [.. Content, 0]));

    [Fact]
    public async Task A_decompressor_that_stops_at_its_end_mark_learns_of_another_last_byte()
    {
        var stored = Compress(Content);
        var replaced = Compress(Content);
        replaced[4] ^= 1; // The header's time: still good gzip, but not what was stored.
        await using var gunzip = new GZipStream(
            new VerifiedStream(new MemoryStream(replaced), SHA256.HashData(stored), stored.Length), CompressionMode.Decompress);

        await Assert.ThrowsAsync<InvalidDataException>(() => gunzip.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
    }

    private static async Task<byte[]> ReadAsync(byte[] recorded, byte[] found)
    {
        await using var stream = new VerifiedStream(new MemoryStream(found), SHA256.HashData(recorded), recorded.Length);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read, TestContext.Current.CancellationToken);
        return read.ToArray();
    }

    private static byte[] Compress(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(content);
        return compressed.ToArray();
    }
}
