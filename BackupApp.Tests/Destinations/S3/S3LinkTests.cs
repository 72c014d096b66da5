using System.Net;
using System.Net.Http.Headers;
using System.Web;
using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Destinations.S3;

public sealed class S3LinkTests(TestS3 s3) : IClassFixture<TestS3>, IDisposable
{
    private readonly HttpClient _browser = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_link_gives_the_file_under_its_readable_name()
    {
        TestS3.Require();
        using var store = s3.Store();
        await PutAsync(store, "links/Müller 1.dump.gz", "hello backup"u8.ToArray());

        using var answer = await _browser.GetAsync(
            store.CreateDownloadLink(
                "links/Müller 1.dump.gz",
                null,
                "Größe \"1\"_2026.dump.gz",
                "application/gzip",
                TimeSpan.FromMinutes(1)),
            Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("hello backup", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("Größe \"1\"_2026.dump.gz", answer.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Equal("application/gzip", answer.Content.Headers.ContentType?.MediaType);
        Assert.Empty(answer.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task A_download_can_be_resumed()
    {
        TestS3.Require();
        using var store = s3.Store();
        await PutAsync(store, "links/resumed.gz", "0123456789"u8.ToArray());
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            store.CreateDownloadLink("links/resumed.gz", null, "a.gz", "application/gzip", TimeSpan.FromMinutes(1)))
        {
            Headers = { Range = new RangeHeaderValue(3, 5) },
        };

        using var answer = await _browser.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal("345", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task A_link_expires()
    {
        TestS3.Require();
        using var store = s3.Store();
        await PutAsync(store, "links/short.gz", [1]);
        var link = store.CreateDownloadLink("links/short.gz", null, "a.gz", "application/gzip", TimeSpan.FromSeconds(6));

        using (var first = await _browser.GetAsync(link, Cancel))
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await Until.TrueAsync(
            async () =>
            {
                using var answer = await _browser.GetAsync(link, Cancel);
                return answer.StatusCode == HttpStatusCode.Forbidden;
            },
            "the link is refused");
    }

    [Fact]
    public async Task A_link_is_signed_for_the_public_endpoint()
    {
        TestS3.Require();
        await using var proxy = await FaultyProxy.StartAsync(s3.Settings().Endpoint!);
        using var store = TestS3.Store(s3.Settings() with { PublicEndpoint = proxy.Address });
        await PutAsync(store, "links/public.gz", [7]);

        var link = store.CreateDownloadLink("links/public.gz", null, "a.gz", "application/gzip", TimeSpan.FromMinutes(1))!;

        Assert.Equal(proxy.Address.Authority, link.Authority);
        Assert.Equal([7], await _browser.GetByteArrayAsync(link, Cancel));
        Assert.Single(proxy.Seen);
    }

    [Theory]
    [InlineData("http://minio:9000", "http", 9000)]
    [InlineData("https://s3.example.com", "https", 443)]
    public void A_link_keeps_scheme_and_port_of_the_endpoint_and_never_lives_longer_than_a_week(string endpoint, string scheme, int port)
    {
        using var store = TestS3.Store(new S3StoreSettings(
            new Uri(endpoint), "eu-x", "bucket", AccessKeyId: "AKIATESTTESTTEST", SecretAccessKey: "very-secret", ForcePathStyle: true));

        var link = store.CreateDownloadLink("a.gz", "v1", "a.gz", "application/gzip", TimeSpan.FromDays(30))!;

        var query = HttpUtility.ParseQueryString(link.Query);
        Assert.Equal((scheme, port), (link.Scheme, link.Port));
        Assert.Equal("AWS4-HMAC-SHA256", query["X-Amz-Algorithm"]);
        Assert.InRange(int.Parse(query["X-Amz-Expires"]!, null), 604_790, 604_800);
        Assert.Equal("v1", query["versionId"]);
        Assert.DoesNotContain("very-secret", link.AbsoluteUri, StringComparison.Ordinal);
    }

    public void Dispose() => _browser.Dispose();

    private static async Task PutAsync(S3ObjectStore store, string key, byte[] content)
    {
        await using var upload = await store.BeginUploadAsync(key, new UploadOptions("application/gzip"), Cancel);
        await upload.Body.WriteAsync(content, Cancel);
        await upload.SealAsync(Cancel);
        await upload.CompleteAsync(Cancel);
    }
}
