using BackupApp.Errors;

namespace BackupApp.Destinations.S3;

/// <summary>Reads what was entered, and notes what is wrong with it under the name of the field.</summary>
internal static class S3InputReading
{
    private const int MaxName = 100;
    private const int MaxAddress = 300; // A host name has at most 253 letters.
    private const int MaxKey = 2048; // An ARN's longest.

    internal static string ReadName(this S3DestinationInput input, Dictionary<string, string> problems) =>
        InputRules.ReadName(input.Name, MaxName, problems);

    internal static S3Location ReadLocation(this S3DestinationInput input, Dictionary<string, string> problems)
    {
        var bucket = input.Bucket?.Trim() ?? "";
        if (bucket.Length is < 3 or > 63 || bucket.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_')))
            problems[nameof(input.Bucket)] =
                "Give the bucket's name: 3 to 63 letters, digits, dots and hyphens. A folder inside it goes into the prefix.";
        var prefix = input.Prefix?.Trim().Trim('/') ?? "";
        if (prefix.Length > 500 || prefix.Any(char.IsControl) || prefix.Split('/').Any(part => part is "." or ".."))
            problems[nameof(input.Prefix)] = "The prefix is a path such as backups/shop, without '.' or '..' parts.";
        var region = Text(input.Region) ?? S3Location.DefaultRegion;
        if (!S3Location.IsRegion(region))
            problems[nameof(input.Region)] = "A region is a name such as eu-central-1: letters, digits, dots, hyphens and underscores.";
        if (input.KmsKeyId is { } key && (key.Length > MaxKey || key.Any(char.IsControl)))
            problems[nameof(input.KmsKeyId)] = "Give the id, the alias or the ARN of the key.";
        if (input.MaxParts is < S3Location.FewestParts or > S3Location.MostParts)
            problems[nameof(input.MaxParts)] = $"Give {S3Location.FewestParts} to {S3Location.MostParts} parts, or nothing.";
        return new S3Location(
            ReadAddress(nameof(input.Endpoint), input.Endpoint, problems),
            region,
            bucket,
            prefix,
            input.ForcePathStyle,
            ReadAddress(nameof(input.PublicEndpoint), input.PublicEndpoint, problems),
            input.Encryption,
            input.Encryption == ServerSideEncryption.SseKms ? Text(input.KmsKeyId) : null,
            input.MaxParts,
            input.AppendOnly);
    }

    /// <summary>The keys to use, or null with the problem noted.</summary>
    internal static S3Keys? ReadKeys(
        this S3DestinationInput input, S3Keys? stored, bool moved, Dictionary<string, string> problems)
    {
        if (Text(input.AccessKeyId) is { } id && Text(input.SecretAccessKey) is { } secret)
        {
            // The id stands in a header of every request.
            if (id.Length > MaxKey || id.Any(c => c is <= ' ' or > '~' or '/' or ','))
                problems[nameof(input.AccessKeyId)] = "An access key id has only letters, digits and plain signs.";
            if (secret.Length > MaxKey)
                problems[nameof(input.SecretAccessKey)] = "This is too long for a secret access key.";
            return new S3Keys(id, secret);
        }

        if (stored is not null && !moved && Text(input.AccessKeyId) is null && Text(input.SecretAccessKey) is null)
            return stored;
        problems[Text(input.AccessKeyId) is null ? nameof(input.AccessKeyId) : nameof(input.SecretAccessKey)] = stored is null
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
