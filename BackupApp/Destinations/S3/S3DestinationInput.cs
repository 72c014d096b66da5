using BackupApp.Errors;

namespace BackupApp.Destinations.S3;

/// <summary>An S3 destination as entered, in the UI and by API. Empty keys of an existing one mean "keep those that are stored".</summary>
public sealed class S3DestinationInput
{
    private const int MaxName = 100;
    private const int MaxAddress = 300; // A host name has at most 253 letters.
    private const int MaxKey = 2048; // An ARN's longest.

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
        ReadName(problems);
        ReadLocation(problems);
        if (isNew)
            ReadKeys(null, moved: true, problems);
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

    internal string ReadName(Dictionary<string, string> problems) => InputRules.ReadName(Name, MaxName, problems);

    internal S3Location ReadLocation(Dictionary<string, string> problems)
    {
        var bucket = Bucket?.Trim() ?? "";
        if (bucket.Length is < 3 or > 63 || bucket.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_')))
            problems[nameof(Bucket)] =
                "Give the bucket's name: 3 to 63 letters, digits, dots and hyphens. A folder inside it goes into the prefix.";
        var prefix = Prefix?.Trim().Trim('/') ?? "";
        if (prefix.Length > 500 || prefix.Any(char.IsControl) || prefix.Split('/').Any(part => part is "." or ".."))
            problems[nameof(Prefix)] = "The prefix is a path such as backups/shop, without '.' or '..' parts.";
        var region = Text(Region) ?? S3Location.DefaultRegion;
        if (!S3Location.IsRegion(region))
            problems[nameof(Region)] = "A region is a name such as eu-central-1: letters, digits, dots, hyphens and underscores.";
        if (KmsKeyId is { } key && (key.Length > MaxKey || key.Any(char.IsControl)))
            problems[nameof(KmsKeyId)] = "Give the id, the alias or the ARN of the key.";
        if (MaxParts is < S3Location.FewestParts or > S3Location.MostParts)
            problems[nameof(MaxParts)] = $"Give {S3Location.FewestParts} to {S3Location.MostParts} parts, or nothing.";
        return new S3Location(
            ReadAddress(nameof(Endpoint), Endpoint, problems),
            region,
            bucket,
            prefix,
            ForcePathStyle,
            ReadAddress(nameof(PublicEndpoint), PublicEndpoint, problems),
            Encryption,
            Encryption == ServerSideEncryption.SseKms ? Text(KmsKeyId) : null,
            MaxParts,
            AppendOnly);
    }

    /// <summary>The keys to use, or null with the problem noted.</summary>
    internal S3Keys? ReadKeys(S3Keys? stored, bool moved, Dictionary<string, string> problems)
    {
        if (Text(AccessKeyId) is { } id && Text(SecretAccessKey) is { } secret)
        {
            // The id stands in a header of every request.
            if (id.Length > MaxKey || id.Any(c => c is <= ' ' or > '~' or '/' or ','))
                problems[nameof(AccessKeyId)] = "An access key id has only letters, digits and plain signs.";
            if (secret.Length > MaxKey)
                problems[nameof(SecretAccessKey)] = "This is too long for a secret access key.";
            return new S3Keys(id, secret);
        }

        if (stored is not null && !moved && Text(AccessKeyId) is null && Text(SecretAccessKey) is null)
            return stored;
        problems[Text(AccessKeyId) is null ? nameof(AccessKeyId) : nameof(SecretAccessKey)] = stored is null
            ? "Give both the access key id and the secret access key."
            : "Enter both keys again: the endpoint changed, and stored keys are only used where they were meant for.";
        return null;
    }

    private static string? ReadAddress(string field, string? text, Dictionary<string, string> problems)
    {
        if (Text(text) is not { } address)
            return null;
        if (address.Length <= MaxAddress
            && Uri.TryCreate(address, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri is { Query: "", Fragment: "", UserInfo: "" })
            return uri.GetLeftPart(UriPartial.Path).TrimEnd('/');
        problems[field] = "Give an address such as https://s3.example.com or https://example.com/storage/v1/s3. "
            + "Bucket and prefix have fields of their own.";
        return null;
    }

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
