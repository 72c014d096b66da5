using BackupApp.Data;

namespace BackupApp.Destinations;

/// <summary>What the audit log says of a destination.</summary>
internal static class DestinationFacts
{
    public static object Of(S3Location location, S3Keys keys, S3Keys? before) => new
    {
        location.Endpoint,
        location.Region,
        location.Bucket,
        location.Prefix,
        location.ForcePathStyle,
        location.PublicEndpoint,
        encryption = location.Encryption.ToSnakeCase(),
        location.KmsKeyId,
        location.AppendOnly,
        keysChanged = keys != before,
        accessKeyId = "…" + keys.AccessKeyId[^Math.Min(4, keys.AccessKeyId.Length / 2)..], // enough to tell one key from another
    };
}
