namespace BackupApp.Destinations;

/// <summary>An S3 login. Never printed.</summary>
public sealed record S3Keys(string AccessKeyId, string SecretAccessKey)
{
    public override string ToString() => "(keys)";
}
