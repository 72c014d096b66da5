using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using BackupApp.Streams;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Streams;

[Trait("kind", "slow")]
public sealed class ParallelGzipStreamTests
{
    private const int Mebibyte = 1 << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int, int> SizesAndLevels()
    {
        var data = new TheoryData<int, int>();
        int[] sizes =
            [
                0, 1,
                DeflateBlock.Capacity - 1,
                DeflateBlock.Capacity,
                DeflateBlock.Capacity + 1,
                Mebibyte - 1,
                Mebibyte,
                Mebibyte + 1,
                20 * Mebibyte,
            ];
        foreach (var size in sizes)
            data.AddRange(new TheoryDataRow<int, int>(size, 0), new(size, 1), new(size, 6));
        foreach (var level in Enumerable.Range(2, 8).Where(level => level != 6))
            data.Add((3 * Mebibyte) + 7, level);
        return data;
    }

    [Theory]
    [MemberData(nameof(SizesAndLevels))]
    public async Task Every_reader_gets_back_what_was_written(int size, int level)
    {
        foreach (var data in new[] { Noise(size), Text(size) })
        {
            var gzip = await CompressAsync(data, level, threads: 3);

            using var reader = new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress);
            using var back = new MemoryStream();
            await reader.CopyToAsync(back, Token);
            Assert.True(data.AsSpan().SequenceEqual(back.ToArray()), ".NET");
            await ReadByOthersAsync(data, gzip);
        }
    }

    [Fact]
    public async Task It_is_one_member_with_the_length_in_its_trailer()
    {
        var data = Text((5 * Mebibyte) + 123);
        var gzip = await CompressAsync(data, level: 6, threads: 4);

        Assert.Equal((uint)data.Length, BinaryPrimitives.ReadUInt32LittleEndian(gzip.AsSpan(^4)));
        var (code, output) = await Shell.RunAsync("python3", ["-c", """
            import sys, zlib
            d = zlib.decompressobj(wbits=31)
            n = len(d.decompress(open(sys.argv[1], 'rb').read()))
            print(n, d.eof, len(d.unused_data))
            """, await SaveAsync(gzip)]);
        Assert.Equal((0, $"{data.Length} True 0\n"), (code, output));
    }

    [Fact]
    public async Task The_same_input_gives_the_same_file_however_it_is_cut_into_writes()
    {
        var data = Text(4 * Mebibyte);
        var whole = await CompressAsync(data, level: 6, threads: 1);
        var random = new Random(7);

        using var target = new MemoryStream();
        await using (var gzip = new ParallelGzipStream(target, 6, 4, cancellationToken: Token))
        {
            for (var rest = data.AsMemory(); !rest.IsEmpty;)
            {
                var count = Math.Min(rest.Length, random.Next(0, random.Next(2) == 0 ? 100 : 300_000));
                gzip.Write(rest.Span[..count]);
                rest = rest[count..];
            }

            await gzip.FinishAsync(Token);
        }

        Assert.Equal(whole, target.ToArray());
    }

    [Fact]
    public async Task Text_shrinks_as_much_as_with_gzip_and_noise_does_not_grow()
    {
        var text = Text(8 * Mebibyte);
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(plain, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(text);

        Assert.InRange((await CompressAsync(text, 6, 4)).Length, 1, plain.Length * 1.02);
        foreach (var level in new[] { 0, 1, 6, 9 })
            Assert.InRange((await CompressAsync(Noise(8 * Mebibyte), level, 4)).Length, 8 * Mebibyte, (8 * Mebibyte * 1.0002) + 30);
        Assert.True((await CompressAsync(text, 9, 4)).Length < (await CompressAsync(text, 6, 4)).Length, "9 must be smaller than 6");
    }

    [Fact]
    public async Task More_than_4_GiB_have_their_length_modulo_2_to_the_32_in_the_trailer()
    {
        var path = Path.GetTempFileName();
        var zeros = new byte[8 * Mebibyte];
        const long Length = (1L << 32) + (24L << 20);
        await using (var file = File.Create(path))
        await using (var gzip = new ParallelGzipStream(file, 1, 4, cancellationToken: Token))
        {
            for (var written = 0L; written < Length; written += zeros.Length)
                gzip.Write(zeros);
            await gzip.FinishAsync(Token);
        }

        var trailer = (await File.ReadAllBytesAsync(path, Token))[^4..];
        Assert.Equal(24u << 20, BinaryPrimitives.ReadUInt32LittleEndian(trailer));
        // Checks sum and length, as gzip -t does, in a fifth of the time.
        await using var reader = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        var count = 0L;
        while (await reader.ReadAsync(zeros, Token) is > 0 and var read)
            count += read;
        Assert.Equal(Length, count);
        File.Delete(path);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(10, 1)]
    [InlineData(6, 0)]
    public void Levels_and_threads_that_do_not_exist_are_refused(int level, int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParallelGzipStream(Stream.Null, level, threads));

    private static async Task<byte[]> CompressAsync(byte[] data, int level, int threads)
    {
        using var target = new MemoryStream();
        await using var gzip = new ParallelGzipStream(target, level, threads, cancellationToken: Token);
        gzip.Write(data);
        await gzip.FinishAsync(Token);
        return target.ToArray();
    }

    private static async Task ReadByOthersAsync(byte[] data, byte[] gzip)
    {
        var path = await SaveAsync(gzip);
        var original = await SaveAsync(data);
        Assert.Equal((0, ""), await Shell.GzipTestAsync(path));
        Assert.Equal((0, ""), await Shell.RunAsync("sh", ["-c", "gunzip -c < \"$1\" | cmp - \"$2\"", "sh", path, original]));
        const string Python = "import gzip, sys; sys.exit(gzip.open(sys.argv[1]).read() != open(sys.argv[2], 'rb').read())";
        Assert.Equal((0, ""), await Shell.RunAsync("python3", ["-c", Python, path, original]));
        File.Delete(path);
        File.Delete(original);
    }

    private static async Task<string> SaveAsync(byte[] data)
    {
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, data, Token);
        return path;
    }

    private static byte[] Noise(int size)
    {
        var data = new byte[size];
        new Random(size).NextBytes(data);
        return data;
    }

    private static byte[] Text(int size)
    {
        var random = new Random(size);
        var text = new StringBuilder(size + 100);
        while (text.Length < size)
            text.Append(random.Next(1_000_000))
                .Append("\t{\"customer\": ")
                .Append(random.Next(5000))
                .Append(", \"state\": \"delivered\"}\n");
        return Encoding.ASCII.GetBytes(text.ToString(0, size));
    }
}
