using BackupApp.Errors;

namespace BackupApp.Destinations.S3;

/// <summary>An S3 destination as entered, in the UI and by API. Empty keys of an existing one mean "keep those that are stored".</summary>
public sealed class S3DestinationInput
{
    public string? Name { get; set; }

    /// <summary>Empty for AWS.</summary>
    public string? Endpoint { get; set; }

    public string? Region { get; set; }

    public string? Bucket { get; set; }

    public string? Prefix { get; set; }

    public string? AccessKeyId { get; set; }

    public string? SecretAccessKey { get; set; }

    public bool ForcePathStyle { get; set; }

    public string? PublicEndpoint { get; set; }

    public ServerSideEncryption Encryption { get; set; }

    public string? KmsKeyId { get; set; }

    /// <summary>Accepted though nothing can be deleted there: see <see cref="StorageDestination.AppendOnly"/>.</summary>
    public bool AppendOnly { get; set; }

    /// <summary>Null = as the endpoint is known to take.</summary>
    public int? MaxParts { get; set; }

    public static S3DestinationInput From(StorageDestination destination) => new()
    {
        Name = destination.Name,
        Endpoint = destination.Endpoint,
        Region = destination.Region,
        Bucket = destination.Bucket,
        Prefix = destination.Prefix,
        ForcePathStyle = destination.ForcePathStyle,
        PublicEndpoint = destination.PublicEndpoint,
        Encryption = destination.Encryption,
        KmsKeyId = destination.KmsKeyId,
        AppendOnly = destination.AppendOnly,
        MaxParts = destination.MaxParts,
    };

    /// <summary>What can be said without asking anybody.</summary>
    /// <exception cref="InvalidInputException"/>
    internal void Check(bool isNew)
    {
        var problems = new Dictionary<string, string>();
        this.ReadName(problems);
        this.ReadLocation(problems);
        if (isNew)
            this.ReadKeys(null, moved: true, problems);
        if (problems.Count > 0)
            throw new InvalidInputException(problems);
    }

    /// <summary>The same, fit to be kept in clear.</summary>
    internal S3DestinationInput WithoutKeys() => new()
    {
        Name = Name,
        Endpoint = Endpoint,
        Region = Region,
        Bucket = Bucket,
        Prefix = Prefix,
        ForcePathStyle = ForcePathStyle,
        PublicEndpoint = PublicEndpoint,
        Encryption = Encryption,
        KmsKeyId = KmsKeyId,
        AppendOnly = AppendOnly,
        MaxParts = MaxParts,
    };
}
