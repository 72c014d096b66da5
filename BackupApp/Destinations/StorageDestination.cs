using BackupApp.Destinations.S3;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Destinations;

public enum DestinationKind
{
    /// <summary>A folder of this server, managed only.</summary>
    Folder,

    /// <summary>A bucket of any S3-compatible store.</summary>
    S3,
}

/// <summary>
/// Where backups go. A managed one is configured by whoever runs the server and its keys stay in the configuration; the others were added
/// in the UI and keep theirs here, encrypted.
/// </summary>
public sealed class StorageDestination
{
    /// <summary>The one managed destination has a fixed id: a restart finds it again whatever its settings have become.</summary>
    public static readonly Guid ManagedId = new("00000000-0000-7000-8000-000000000001");

    public const string ManagedName = "Server storage";

    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public string Name { get; private set; } = "";

    public DestinationKind Kind { get; private set; }

    public bool IsManaged { get; private set; }

    /// <summary>Null for AWS itself, and for a folder.</summary>
    public string? Endpoint { get; private set; }

    public string? Region { get; private set; }

    public string? Bucket { get; private set; }

    /// <summary>Without a leading or trailing slash; empty for none.</summary>
    public string Prefix { get; private set; } = "";

    public bool ForcePathStyle { get; private set; }

    /// <summary>The address that download links carry where the endpoint is internal.</summary>
    public string? PublicEndpoint { get; private set; }

    public ServerSideEncryption Encryption { get; private set; }

    public string? KmsKeyId { get; private set; }

    /// <summary>
    /// BackupApp cannot delete there, and whoever added it knows: the keys lack the right, or the bucket keeps its objects for a time. What
    /// expires is then only hidden.
    /// </summary>
    public bool AppendOnly { get; private set; }

    /// <summary>Most parts that the store takes for one upload; null = as its endpoint is known to.</summary>
    public int? MaxParts { get; private set; }

    /// <summary>Null for the managed destination, whose keys are in the configuration.</summary>
    public byte[]? KeysCipher { get; private set; }

    public DestinationTestRecord? LastTest { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public DateTimeOffset? DeletedAt { get; private set; }

    public uint Version { get; private set; }

    public static StorageDestination CreateS3(string name, S3Location location, S3Keys keys, SecretBox box, DateTimeOffset now)
    {
        var destination = new StorageDestination { Kind = DestinationKind.S3, CreatedAt = now };
        destination.Rename(name, now);
        destination.SetLocation(location, now);
        destination.SetKeys(keys, box, now);
        return destination;
    }

    /// <param name="location">Null for the folder.</param>
    public static StorageDestination CreateManaged(string name, S3Location? location, DateTimeOffset now)
    {
        var destination = new StorageDestination { Id = ManagedId, IsManaged = true, CreatedAt = now };
        destination.SetManaged(name, location, now);
        return destination;
    }

    public void SetManaged(string name, S3Location? location, DateTimeOffset now)
    {
        Kind = location is null ? DestinationKind.Folder : DestinationKind.S3;
        Rename(name, now);
        SetLocation(location ?? S3Location.None, now);
    }

    public void Rename(string name, DateTimeOffset now)
    {
        Name = name;
        UpdatedAt = now;
    }

    public void SetLocation(S3Location location, DateTimeOffset now)
    {
        Endpoint = location.Endpoint;
        Region = location.Region;
        Bucket = location.Bucket;
        Prefix = location.Prefix.Trim('/');
        ForcePathStyle = location.ForcePathStyle;
        PublicEndpoint = location.PublicEndpoint;
        Encryption = location.Encryption;
        KmsKeyId = location.KmsKeyId;
        MaxParts = location.MaxParts;
        AppendOnly = location.AppendOnly;
        UpdatedAt = now;
    }

    public S3Location Location =>
        new(Endpoint, Region, Bucket, Prefix, ForcePathStyle, PublicEndpoint, Encryption, KmsKeyId, MaxParts, AppendOnly);

    public void SetKeys(S3Keys keys, SecretBox box, DateTimeOffset now)
    {
        KeysCipher = box.ProtectJson(keys, SecretContext);
        UpdatedAt = now;
    }

    /// <summary>The keys, decrypted; null for the managed destination.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys do not decrypt.</exception>
    public S3Keys? DecryptKeys(SecretBox box) => KeysCipher is null ? null : box.UnprotectJson<S3Keys>(KeysCipher, SecretContext);

    public void RecordTest(DestinationTestRecord test) => LastTest = test;

    /// <summary>Its keys are gone with it; its name stays for the history.</summary>
    public void Delete(DateTimeOffset now)
    {
        DeletedAt = now;
        KeysCipher = null;
    }

    private string SecretContext => $"storage_destination/{Id}";

    private sealed class Mapping : IEntityTypeConfiguration<StorageDestination>
    {
        public void Configure(EntityTypeBuilder<StorageDestination> builder)
        {
            builder.ToTable("storage_destinations");
            builder.Property(d => d.Id).ValueGeneratedNever();
            builder.Property(d => d.Name).HasMaxLength(100);
            builder.Property(d => d.Version).IsRowVersion();
            builder.Ignore(d => d.Location);
            builder.OwnsOne(d => d.LastTest, test => test.ToJson("last_test"));
            builder.HasIndex(d => d.Name).IsUnique().HasFilter("deleted_at is null");
            builder.HasQueryFilter(d => d.DeletedAt == null);
        }
    }
}
