using System.Globalization;
using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using BackupApp.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Destinations.S3;

/// <summary>A store's answers are somebody else's choice: none of them may take memory or time without limit.</summary>
public sealed class S3AnswerLimitTests
{
    private const int MiB = 1024 * 1024;

    private static readonly Dictionary<string, Func<IObjectStore, Task>> Requests = new()
    {
        ["begin"] = store => store.BeginUploadAsync("a.gz", new UploadOptions("application/gzip"), Cancel),
        ["put"] = store => store.PutAsync("a.json", "{}"u8.ToArray(), "application/json", Cancel),
        ["read"] = store => store.OpenReadAsync("a.gz", null, 0, Cancel),
        ["delete"] = store => store.DeleteAsync("a.gz", null, Cancel),
        ["list"] = async store => await store.ListAsync("", Cancel).CountAsync(Cancel),
        ["list uploads"] = store => store.ListUploadsAsync("", Cancel),
        ["abort"] = store => store.AbortUploadAsync(new OpenUpload("a.gz", "id"), Cancel),
    };

    public static TheoryData<string> Names => [.. Requests.Keys];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_error_of_600_MB_is_not_read(string request)
    {
        using var flood = new FloodingStore(StatusCodes.Status403Forbidden, "<Error><Code>AccessDenied</Code><Message>");
        using var store = TestS3.Store(flood.Settings);

        var error = await Assert.ThrowsAsync<StoreException>(() => Requests[request](store));

        Assert.Equal(StoreError.AccessDenied, error.Error);
        Assert.InRange(flood.Taken, 0, 32 * MiB);
    }

    [Theory]
    [InlineData("begin", "<InitiateMultipartUploadResult><UploadId>")]
    [InlineData("list", "<ListBucketResult><Contents><Key>")]
    [InlineData("list uploads", "<ListMultipartUploadsResult><Upload><UploadId>")]
    public async Task A_good_answer_of_600_MB_is_not_read_either(string request, string beginning)
    {
        using var flood = new FloodingStore(StatusCodes.Status200OK, beginning);
        using var store = TestS3.Store(flood.Settings);

        var error = await Assert.ThrowsAsync<StoreException>(() => Requests[request](store));

        Assert.Contains("more than 4 MiB", error.Message, StringComparison.Ordinal);
        Assert.InRange(flood.Taken, 0, 32 * MiB);
    }

    [Fact]
    public async Task An_answer_that_says_it_has_600_MB_is_not_begun()
    {
        using var flood = new FloodingStore(StatusCodes.Status200OK, "<ListBucketResult>", length: 600 * MiB);
        using var store = TestS3.Store(flood.Settings);

        await Assert.ThrowsAsync<StoreException>(() => Requests["list"](store));

        Assert.InRange(flood.Taken, 0, 32 * MiB);
    }

    [Theory]
    [InlineData("list", "<NextContinuationToken>again</NextContinuationToken>")]
    [InlineData("list", "")]
    [InlineData("list uploads", "<NextKeyMarker>again</NextKeyMarker><NextUploadIdMarker>7</NextUploadIdMarker>")]
    [InlineData("list uploads", "")]
    public async Task A_list_that_says_it_goes_on_and_does_not_ends(string request, string next)
    {
        await using var endless = await StandInStore.StartAsync((_, context) => StandInStore.XmlAsync(context, Page(request, next)));
        using var store = TestS3.Store(endless.Settings);

        var error = await Assert.ThrowsAsync<StoreException>(() => Requests[request](store));

        Assert.Equal(StoreError.StoreFailed, error.Error);
        Assert.InRange(endless.Seen.Count, 1, 2);
    }

    [Theory]
    [InlineData("list", 20)]
    [InlineData("list uploads", 100)]
    public async Task A_list_without_an_end_is_given_up_after_so_many_pages(string request, int pages)
    {
        var number = 0;
        await using var endless = await StandInStore.StartAsync((_, context) =>
        {
            var next = Interlocked.Increment(ref number).ToString(CultureInfo.InvariantCulture);
            return StandInStore.XmlAsync(
                context, Page(request, $"<NextContinuationToken>{next}</NextContinuationToken><NextKeyMarker>{next}</NextKeyMarker>"));
        });
        using var store = new S3ObjectStore(endless.Settings, NullLogger<S3ObjectStore>.Instance, TestS3.Impatient) { MostPages = 20 };

        var error = await Assert.ThrowsAsync<StoreException>(() => Requests[request](store));

        Assert.Contains("did not end", error.Message, StringComparison.Ordinal);
        Assert.Equal(pages, endless.Seen.Count);
    }

    [Fact]
    public async Task A_list_of_other_peoples_keys_is_refused()
    {
        await using var other = await StandInStore.StartAsync((_, context) => StandInStore.XmlAsync(
            context,
            "<ListBucketResult><Contents><Key>x</Key><Size>1</Size></Contents><IsTruncated>false</IsTruncated></ListBucketResult>"));
        using var store = TestS3.Store(other.Settings with { Prefix = "team a" });

        var error = await Assert.ThrowsAsync<StoreException>(() => Requests["list"](store));

        Assert.Contains("other objects", error.Message, StringComparison.Ordinal);
    }

    private static string Page(string request, string next)
    {
        var root = request == "list" ? "ListBucketResult" : "ListMultipartUploadsResult";
        return $"<{root}><IsTruncated>true</IsTruncated>{next}</{root}>";
    }
}
