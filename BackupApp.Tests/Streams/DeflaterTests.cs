using System.IO.Compression;
using BackupApp.Streams;

namespace BackupApp.Tests.Streams;

/// <summary>Both compressors, whichever the streams use on this machine.</summary>
public sealed class DeflaterTests
{
    private static readonly byte[] LastBlock = [3, 0];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<bool, int, int> Blocks()
    {
        var data = new TheoryData<bool, int, int>();
        foreach (var length in new[] { 1, 100, 65_535, 65_536, 1_000_000 })
        {
            for (var level = 1; level <= Isal.MaxLevel; level++)
                data.AddRange(new TheoryDataRow<bool, int, int>(true, level, length), new(false, level, length));
            data.Add(false, 9, length);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task Blocks_of_any_content_join_into_one_stream(bool isal, int level, int length)
    {
        if (isal)
            RequireIsal();
        using Deflater deflater = isal ? new IsalDeflater(level) : new ZlibDeflater(level);
        var inputs = new[] { Noise(length), new byte[length], Text(length), Noise(length) };

        using var deflated = new MemoryStream();
        var output = new byte[2 * DeflateBlock.BufferSize]; // zlib makes noise larger
        foreach (var input in inputs)
            await deflated.WriteAsync(output.AsMemory(0, deflater.Deflate(input, length, output)!.Value), Token);
        await deflated.WriteAsync(LastBlock, Token);

        deflated.Position = 0;
        await using var inflate = new DeflateStream(deflated, CompressionMode.Decompress);
        using var back = new MemoryStream();
        await inflate.CopyToAsync(back, Token);
        Assert.True(back.ToArray().AsSpan().SequenceEqual(inputs.SelectMany(i => i).ToArray()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_does_not_fit_is_said_and_the_next_block_is_none_the_worse(bool isal)
    {
        if (isal)
            RequireIsal();
        using Deflater deflater = isal ? new IsalDeflater(2) : new ZlibDeflater(2);

        Assert.Null(deflater.Deflate(Noise(100_000), 100_000, new byte[50_000]));
        Assert.InRange(deflater.Deflate(new byte[100_000], 100_000, new byte[50_000])!.Value, 1, 1000);
    }

    [Fact]
    public void The_fast_levels_take_ISA_L()
    {
        RequireIsal();

        foreach (var level in Enumerable.Range(1, 9))
        {
            using var deflater = Deflater.Create(level);
            Assert.Equal(level <= Isal.MaxLevel, deflater is IsalDeflater);
        }
    }

    private static void RequireIsal() =>
        Assert.SkipWhen(!Isal.IsInstalled && Environment.GetEnvironmentVariable("CI") is null, "ISA-L (libisal2) is not installed.");

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Text(int length) =>
        [.. Enumerable.Range(0, length).Select(i => (byte)"INSERT INTO orders VALUES (4711, 'hello');\n"[(int)((long)i * i % 41)])];
}
