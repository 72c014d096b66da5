using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using BackupApp.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BackupApp.Tests.Destinations.S3;

public sealed class S3ErrorTests(TestS3 s3) : IClassFixture<TestS3>
{
    private static readonly S3StoreSettings Nowhere = new(
        new Uri("http://127.0.0.1:9"),
        "us-east-1",
        "bucket",
        AccessKeyId: "AKIATESTTESTTEST",
        SecretAccessKey: "very-secret",
        ForcePathStyle: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_secret_key_is_told_from_a_wrong_key_id()
    {
        TestS3.Require();

        var secret = await BeginAsync(s3.Settings() with { SecretAccessKey = "wrong-secret-of-mine" });
        var id = await BeginAsync(s3.Settings() with { AccessKeyId = "AKIAUNKNOWN" });

        Assert.Equal((StoreError.InvalidCredentials, StoreError.InvalidCredentials), (secret.Error, id.Error));
        Assert.Contains("secret access key", secret.Message, StringComparison.Ordinal);
        Assert.Contains("access key id", id.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-secret-of-mine", secret.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("AKIAUNKNOWN", id.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_bucket_is_named_by_every_operation()
    {
        TestS3.Require();
        var settings = s3.Settings() with { Bucket = "no-such-bucket-here" };
        using var store = TestS3.Store(settings);

        var begin = await BeginAsync(settings);
        var find = await Assert.ThrowsAsync<StoreException>(() => store.FindAsync("a", Cancel));
        var delete = await Assert.ThrowsAsync<StoreException>(() => store.DeleteAsync("a", null, Cancel));
        var put = await Assert.ThrowsAsync<StoreException>(() => store.PutAsync("a", new byte[1], "text/plain", Cancel));
        var list = await Assert.ThrowsAsync<StoreException>(async () =>
            await store.ListAsync("", Cancel).GetAsyncEnumerator(Cancel).MoveNextAsync());

        Assert.All([begin, find, delete, put, list], error => Assert.Equal(StoreError.BucketNotFound, error.Error));
        Assert.Equal($"The bucket 'no-such-bucket-here' does not exist at {settings.Place}: create it or correct the name.", begin.Message);
    }

    [Fact]
    public async Task A_closed_port_is_unreachable()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var error = await BeginAsync(Nowhere with { Endpoint = new Uri($"http://127.0.0.1:{port}") });

        Assert.Equal(StoreError.Unreachable, error.Error);
        Assert.Contains($":{port} refused the connection", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_unreachable()
    {
        var error = await BeginAsync(Nowhere with { Endpoint = new Uri("http://no-such-host.invalid") });

        Assert.Equal(StoreError.Unreachable, error.Error);
        Assert.Contains("cannot be resolved", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_never_answers_times_out()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var error = await BeginAsync(Nowhere with { Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}") });

        Assert.Equal(StoreError.Timeout, error.Error);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_a_tls_error()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        await using var app = builder.Build();
        await app.StartAsync(Cancel);

        var error = await BeginAsync(Nowhere with { Endpoint = new Uri(app.Urls.Single()) });

        Assert.Equal(StoreError.TlsError, error.Error);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(405)]
    public async Task A_web_server_that_is_no_store_is_told_from_a_store(int status)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.Run(context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, "text/html");
            return context.Response.WriteAsync("<html><body>Console</body></html>", context.RequestAborted);
        });
        await app.StartAsync(Cancel);

        var error = await BeginAsync(Nowhere with { Endpoint = new Uri(app.Urls.Single()) });

        Assert.Equal(StoreError.InvalidConfiguration, error.Error);
        Assert.Contains("does not answer like an S3 store", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://169.254.169.254")]
    [InlineData("http://[fe80::1]:9000")]
    [InlineData("http://[::ffff:169.254.169.254]")]
    public async Task A_link_local_endpoint_is_refused_before_a_byte_is_sent(string endpoint)
    {
        var error = await BeginAsync(Nowhere with { Endpoint = new Uri(endpoint) });

        Assert.Equal(StoreError.InvalidConfiguration, error.Error);
        Assert.Contains("link-local", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_object_is_not_found_and_deleting_it_is_no_error()
    {
        TestS3.Require();
        using var store = s3.Store();

        Assert.Null(await store.FindAsync("never/was.gz", Cancel));
        await store.DeleteAsync("never/was.gz", null, Cancel);
        var read = await Assert.ThrowsAsync<StoreException>(() => store.OpenReadAsync("never/was.gz", null, 0, Cancel));
        Assert.Equal(StoreError.ObjectNotFound, read.Error);
    }

    [Theory]
    [InlineData("../outside.gz")]
    [InlineData("/absolute.gz")]
    [InlineData("a//b.gz")]
    [InlineData("a/./b.gz")]
    [InlineData("a\0b.gz")]
    [InlineData("")]
    public async Task Keys_that_lead_elsewhere_are_refused(string key)
    {
        using var store = TestS3.Store(Nowhere);

        var error = await Assert.ThrowsAsync<StoreException>(() =>
            store.BeginUploadAsync(key, new UploadOptions("application/gzip"), Cancel));

        Assert.Equal(StoreError.InvalidConfiguration, error.Error);
    }

    private static async Task<StoreException> BeginAsync(S3StoreSettings settings)
    {
        using var store = TestS3.Store(settings);
        return await Assert.ThrowsAsync<StoreException>(() =>
            store.BeginUploadAsync("a.gz", new UploadOptions("application/gzip"), Cancel));
    }
}
