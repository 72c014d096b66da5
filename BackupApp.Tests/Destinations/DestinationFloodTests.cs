using BackupApp.Destinations;
using BackupApp.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BackupApp.Tests.Destinations;

/// <summary>A store that answers the test's small reads with 600 MB must take neither memory nor time.</summary>
public sealed class DestinationFloodTests
{
    private readonly DestinationTest _test = new(TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_read_back_is_read_one_byte_too_far_and_no_further()
    {
        using var endless = new Endless();
        using var store = new LyingStore((_, _) => endless);

        var result = await _test.RunAsync(store, new(), Cancel);

        Assert.Equal((DestinationTestStep.Read, StoreError.StoreFailed), (result.FailedStep, result.Code));
        Assert.InRange(endless.Given, 1, 128 * 1024);
    }

    [Fact]
    public async Task A_download_link_that_answers_600_MB_is_not_read_to_its_end()
    {
        using var flood = new FloodingStore(StatusCodes.Status206PartialContent, "", length: 600_000_000);
        using var store = new LyingStore((content, offset) => new MemoryStream(content[(int)offset..]), flood.Settings.Endpoint);

        var result = await _test.RunAsync(store, new(), Cancel);

        Assert.Equal((DestinationTestStep.Link, StoreError.StoreFailed), (result.FailedStep, result.Code));
        Assert.InRange(flood.Taken, 0, 32 * 1024 * 1024);
    }

    private sealed class Endless : MemoryStream
    {
        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Given += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
