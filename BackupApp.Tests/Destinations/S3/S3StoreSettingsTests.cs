using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Destinations.S3;

public sealed class S3StoreSettingsTests
{
    private static readonly S3StoreSettings Good = new(
        new Uri("https://s3.example.com"), "us-east-1", "bucket", "a/", "AKIATESTTESTTEST", "very-secret");

    [Fact]
    public void Printing_settings_reveals_no_key() => Assert.Equal("s3://bucket/a/ at https://s3.example.com", Good.ToString());

    [Fact]
    public void Good_settings_are_accepted()
    {
        Assert.Same(Good, Good.Validate());
        Assert.NotNull((Good with { Endpoint = null, AccessKeyId = null, SecretAccessKey = null, UseServerCredentials = true }).Validate());
    }

    public static TheoryData<string, S3StoreSettings> Bad => new()
    {
        { "bucket's name", Good with { Bucket = "" } },
        { "slash", Good with { Bucket = "a/b" } },
        { "region", Good with { Region = "" } },
        { "endpoint", Good with { Endpoint = new Uri("ftp://s3.example.com") } },
        { "endpoint", Good with { Endpoint = new Uri("https://s3.example.com/bucket?x") } },
        { "endpoint", Good with { Endpoint = new Uri("https://user:pass@s3.example.com") } },
        { "public endpoint", Good with { PublicEndpoint = new Uri("https://s3.example.com/?a=b") } },
        { "belong together", Good with { SecretAccessKey = null } },
        { "are missing", Good with { AccessKeyId = null, SecretAccessKey = null } },
        { "number of parts", Good with { MaxParts = 10_001 } },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void Incomplete_settings_say_what_is_wrong(string expected, S3StoreSettings settings)
    {
        var error = Assert.Throws<StoreException>(() => new S3ObjectStore(settings, NullLogger<S3ObjectStore>.Instance));

        Assert.Equal(StoreError.InvalidConfiguration, error.Error);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass", error.Message, StringComparison.Ordinal);
    }
}
