using BackupApp.Destinations;
using BackupApp.Destinations.S3;

namespace BackupApp.Tests.Destinations.S3;

public sealed class S3DestinationInputTests
{
    private static readonly S3Keys Stored = new("id", "secret");

    [Theory]
    [InlineData(null, null, false, true)]
    [InlineData(" ", "", false, true)]
    [InlineData(null, null, true, false)]
    [InlineData("new", null, false, false)]
    [InlineData(null, "new", false, false)]
    [InlineData("new", "new", true, true)]
    public void Stored_keys_are_kept_whole_and_never_sent_to_another_endpoint(string? id, string? secret, bool moved, bool good)
    {
        var problems = new Dictionary<string, string>();

        var keys = new S3DestinationInput { AccessKeyId = id, SecretAccessKey = secret }.ReadKeys(Stored, moved, problems);

        Assert.Equal(good, keys is not null);
        Assert.Equal(good, problems.Count == 0);
        if (good)
            Assert.Equal(id == "new" ? new S3Keys("new", "new") : Stored, keys);
    }

    [Fact]
    public void A_new_destination_needs_both_keys()
    {
        var problems = new Dictionary<string, string>();

        Assert.Null(new S3DestinationInput { AccessKeyId = "id" }.ReadKeys(null, moved: true, problems));
        Assert.Equal(["SecretAccessKey"], problems.Keys);
    }

    [Theory]
    [InlineData(null, "https://s3.example.com", 10_000)]
    [InlineData(null, "", 10_000)]
    [InlineData(null, "https://s3.fr-par.scw.cloud", 1_000)]
    [InlineData(5_000, "https://s3.fr-par.scw.cloud", 5_000)]
    public void The_number_of_parts_is_as_given_or_as_the_provider_is_known_to_take(int? given, string endpoint, int parts) =>
        Assert.Equal(parts, Read(i => (i.MaxParts, i.Endpoint) = (given, endpoint)).Location.PartsOfOneUpload);

    [Theory]
    [InlineData(9)]
    [InlineData(10_001)]
    public void A_number_of_parts_that_no_store_takes_is_refused(int parts) =>
        Assert.Equal(["MaxParts"], Read(i => i.MaxParts = parts).Problems);

    [Theory]
    [InlineData("https://s3.example.com", "https://s3.example.com")]
    [InlineData(" http://10.0.0.1:9000/ ", "http://10.0.0.1:9000")]
    [InlineData("https://example.com/storage/v1/s3/", "https://example.com/storage/v1/s3")]
    [InlineData("", null)]
    public void An_endpoint_is_an_address_with_its_path(string text, string? stored) =>
        Assert.Equal(stored, Read(i => i.Endpoint = text).Location.Endpoint);

    [Theory]
    [InlineData("s3.example.com")]
    [InlineData("ftp://s3.example.com")]
    [InlineData("https://s3.example.com/?x")]
    [InlineData("https://s3.example.com/path#x")]
    [InlineData("https://id:secret@s3.example.com")]
    [InlineData("/etc/passwd")]
    public void Anything_else_is_no_endpoint(string text) => Assert.Equal(["Endpoint"], Read(i => i.Endpoint = text).Problems);

    [Theory]
    [InlineData("bucket/folder")]
    [InlineData("ab")]
    [InlineData("")]
    [InlineData("b\u00fccket")]
    public void A_bucket_is_its_name_alone(string name) => Assert.Equal(["Bucket"], Read(i => i.Bucket = name).Problems);

    [Theory]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a\r\nHost: evil")]
    [InlineData("evil.example/?")]
    [InlineData("eu@evil")]
    public void A_region_is_a_name_alone(string name) => Assert.Equal(["Region"], Read(i => i.Region = name).Problems);

    [Fact]
    public void An_access_key_id_fits_into_a_header()
    {
        var problems = new Dictionary<string, string>();

        new S3DestinationInput { AccessKeyId = "id\r\nx-amz-acl: public-read", SecretAccessKey = "secret" }.ReadKeys(
            null, moved: true, problems);

        Assert.Equal(["AccessKeyId"], problems.Keys);
    }

    [Theory]
    [InlineData("/backups/shop/", "backups/shop")]
    [InlineData(null, "")]
    public void A_prefix_has_no_slash_around_it(string? text, string stored) =>
        Assert.Equal(stored, Read(i => i.Prefix = text).Location.Prefix);

    [Theory]
    [InlineData("a/../b")]
    [InlineData("./a")]
    [InlineData("a\nb")]
    public void A_prefix_leads_nowhere_else(string text) => Assert.Equal(["Prefix"], Read(i => i.Prefix = text).Problems);

    [Fact]
    public void A_key_of_the_management_service_counts_only_with_it()
    {
        Assert.Null(Read(i => i.KmsKeyId = "key").Location.KmsKeyId);
        Assert.Equal("key", Read(i => (i.KmsKeyId, i.Encryption) = ("key", ServerSideEncryption.SseKms)).Location.KmsKeyId);
    }

    private static (S3Location Location, IEnumerable<string> Problems) Read(Action<S3DestinationInput> change)
    {
        var problems = new Dictionary<string, string>();
        var input = new S3DestinationInput { Bucket = "bucket" };
        change(input);
        return (input.ReadLocation(problems), problems.Keys);
    }
}
