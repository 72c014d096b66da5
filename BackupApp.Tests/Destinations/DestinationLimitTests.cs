using BackupApp.Destinations;
using BackupApp.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BackupApp.Tests.Destinations;

/// <summary>What stands between BackupApp and a store has limits of its own: the test meets them, and says whom to ask.</summary>
public sealed class DestinationLimitTests(TestS3 s3) : IClassFixture<TestS3>
{
    private const int MiB = 1024 * 1024;

    private readonly DestinationTest _test = new(TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_proxy_that_takes_1_MB_fails_the_test_as_it_would_fail_a_backup()
    {
        await using var proxy = await ProxyAsync();
        proxy.MostBody = 1 * MiB;

        var result = await RunAsync(proxy);

        Assert.Equal((DestinationTestStep.Upload, StoreError.RequestTooLarge), (result.FailedStep, result.Code));
        Assert.Contains("client_max_body_size", result.Message, StringComparison.Ordinal);
        Assert.Empty(await s3.LeftoversAsync());
    }

    [Fact]
    public async Task A_proxy_that_takes_just_a_part_is_good_enough()
    {
        await using var proxy = await ProxyAsync();
        proxy.MostBody = 16 * MiB;
        var seen = new List<DestinationTestProgress>();

        var result = await RunAsync(proxy, new DestinationTestTerms(Progress: progress =>
        {
            lock (seen)
                seen.Add(progress);
        }));

        Assert.True(result.Ok, result.Message);
        Assert.Equal(2, proxy.Seen.Count(s => s.Contains("partNumber=", StringComparison.Ordinal)));
        Assert.Equal(Enum.GetValues<DestinationTestStep>(), seen.Select(p => p.Step).Distinct());
        Assert.Equal(seen[^1].Size, seen[^1].Sent);
        Assert.True(seen.Count(p => p.Step == DestinationTestStep.Upload) > 10);
        Assert.Empty(await s3.LeftoversAsync());
    }

    [Fact]
    public async Task A_proxy_that_rewrites_the_host_is_named_beside_a_wrong_key()
    {
        await using var proxy = await ProxyAsync();
        proxy.RewritesHost = true;

        var result = await RunAsync(proxy);

        Assert.Equal((DestinationTestStep.Upload, StoreError.InvalidCredentials), (result.FailedStep, result.Code));
        Assert.Contains("Host header", result.Message, StringComparison.Ordinal);
        Assert.Contains("$http_host", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StatusCodes.Status411LengthRequired, null, StoreError.LengthRequired, "Content-Length")]
    [InlineData(StatusCodes.Status411LengthRequired, "MissingContentLength", StoreError.LengthRequired, "Content-Length")]
    [InlineData(StatusCodes.Status501NotImplemented, null, StoreError.NotImplemented, "upload in parts")]
    [InlineData(StatusCodes.Status501NotImplemented, "NotImplemented", StoreError.NotImplemented, "upload in parts")]
    public async Task A_refusal_by_number_says_what_is_missing(int status, string? code, StoreError expected, string words)
    {
        await using var proxy = await ProxyAsync();
        proxy.Refuse = (method, target) => FaultyProxy.IsBegin(method, target) ? (status, code) : null;

        var result = await RunAsync(proxy);

        Assert.Equal((DestinationTestStep.Upload, expected), (result.FailedStep, result.Code));
        Assert.Contains(words, result.Message, StringComparison.Ordinal);
    }

    private async Task<DestinationTestResult> RunAsync(FaultyProxy proxy, DestinationTestTerms? terms = null)
    {
        using var store = s3.Store(proxy.Address);
        return await _test.RunAsync(store, terms ?? new(), Cancel);
    }

    private async Task<FaultyProxy> ProxyAsync()
    {
        TestS3.Require();
        return await FaultyProxy.StartAsync(s3.Settings().Endpoint!);
    }
}
