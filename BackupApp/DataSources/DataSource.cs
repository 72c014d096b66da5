using BackupApp.Data;
using BackupApp.Engines;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.DataSources;

/// <summary>What a data source stands for; the published words are the API's.</summary>
public enum DataSourceEnvironment
{
    Prod,
    Staging,
    Dev,
    Test,
}

/// <summary>
/// A database that is backed up, with the way to log in to it. Its secrets are encrypted and leave
/// this class only as a <see cref="DatabaseConnection"/>.
/// </summary>
public sealed partial class DataSource
{
    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public string Name { get; private set; } = "";

    public Engine Engine { get; private set; }

    public DataSourceEnvironment Environment { get; private set; }

    /// <summary>Those of its policies count as well.</summary>
    public LabelSet Labels { get; private set; } = LabelSet.None;

    /// <summary>The master switch: an inactive source is neither scheduled nor backed up by hand.</summary>
    public bool IsActive { get; private set; } = true;

    /// <summary>When the switch was last turned on. What was due before is not made up for.</summary>
    public DateTimeOffset ActiveSince { get; private set; }

    /// <summary>When the switch was turned off; null while it is on.</summary>
    public DateTimeOffset? PausedAt { get; private set; }

    /// <summary>When it is turned on again by itself; null where somebody has to do it.</summary>
    public DateTimeOffset? PausedUntil { get; private set; }

    /// <summary>As entered.</summary>
    public string? PauseReason { get; private set; }

    public string Host { get; private set; } = "";

    public int Port { get; private set; }

    /// <summary>Further members of a MongoDB replica set or cluster; see <see cref="DatabaseConnection.OtherHosts"/>.</summary>
    public IReadOnlyList<ServerAddress> OtherHosts { get; private set; } = [];

    /// <summary>See <see cref="DatabaseConnection.Srv"/>.</summary>
    public bool Srv { get; private set; }

    public string Database { get; private set; } = "";

    public string Username { get; private set; } = "";

    /// <summary>Encryption, and the ways to prove who one is.</summary>
    public ConnectionSecurity Security { get; private set; } = TlsMode.Prefer;

    public TlsMode TlsMode => Security.Mode;

    public Dictionary<string, string> Parameters { get; private set; } = [];

    /// <summary>What of it is backed up.</summary>
    public DumpSelection Selection { get; private set; } = DumpSelection.Everything;

    public byte[] SecretsCipher { get; private set; } = [];

    public DateTimeOffset CredentialsSetAt { get; private set; }

    /// <summary>The last connection test, or null before the first.</summary>
    public ConnectionTestRecord? LastTest { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>Set when the user deleted it; its jobs stay in history, its secrets are gone.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>PostgreSQL's xmin: guards edits of the same row by two people.</summary>
    public uint Version { get; private set; }

    /// <summary>False until somebody says how to log in.</summary>
    public bool HasCredentials => SecretsCipher.Length > 0;

    /// <summary>A source that cannot be backed up before it has its credentials.</summary>
    public static DataSource CreateWithoutCredentials(string name, DataSourceEnvironment environment, Engine engine, DateTimeOffset now)
    {
        var source = new DataSource { Engine = engine, CreatedAt = now, ActiveSince = now };
        source.Rename(name, environment, now);
        return source;
    }

    public static DataSource Create(
        string name,
        DataSourceEnvironment environment,
        DatabaseConnection connection,
        SecretBox box,
        DateTimeOffset now)
    {
        var source = new DataSource { Engine = connection.Engine, CreatedAt = now };
        source.Rename(name, environment, now);
        source.SetConnection(connection, box, now);
        return source;
    }

    public void Rename(string name, DataSourceEnvironment environment, DateTimeOffset now)
    {
        Name = name;
        Environment = environment;
        UpdatedAt = now;
    }

    public void Label(LabelSet labels) => Labels = labels;

    public void Resume(DateTimeOffset now)
    {
        if (!IsActive)
            ActiveSince = now;
        IsActive = true;
        (PausedAt, PausedUntil, PauseReason) = (null, null, null);
        UpdatedAt = now;
    }

    public void Pause(PauseTerms terms, DateTimeOffset now)
    {
        PausedAt ??= now;
        IsActive = false;
        (PausedUntil, PauseReason) = (terms.Until, terms.Why);
        UpdatedAt = now;
    }

    public void Select(DumpSelection selection, DateTimeOffset now)
    {
        Selection = selection;
        UpdatedAt = now;
    }

    public void SetConnection(DatabaseConnection connection, SecretBox box, DateTimeOffset now)
    {
        Host = connection.Host;
        Port = connection.Port;
        OtherHosts = [.. connection.OtherHosts];
        Srv = connection.Srv;
        Database = connection.Database;
        Username = connection.Username;
        Security = connection.Security;
        Parameters = new Dictionary<string, string>(connection.Parameters);
        SecretsCipher = box.ProtectJson(connection.Secrets, SecretContext);
        CredentialsSetAt = now;
        UpdatedAt = now;
    }

    /// <summary>The login, decrypted. Call only in a worker or a connection test.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The secrets do not decrypt.</exception>
    /// <exception cref="ConnectException">There are none.</exception>
    public DatabaseConnection Decrypt(SecretBox box) => HasCredentials
        ? ConnectionWith(box.UnprotectJson<ConnectionSecrets>(SecretsCipher, SecretContext))
        : throw new ConnectException(
            ConnectionTestCode.NoCredentials,
            "This data source has no credentials yet.",
            "Edit it and say how to log in.");

    /// <summary>All but the secrets, fit to be shown.</summary>
    public DatabaseConnection ToPublicConnection() => ConnectionWith(new(null));

    public void RecordTest(ConnectionTestResult result, DateTimeOffset now) => LastTest = ConnectionTestRecord.From(result, now);

    public void Delete(DateTimeOffset now)
    {
        DeletedAt = now;
        IsActive = false;
        SecretsCipher = [];
        (RestoreUsername, RestoreCipher) = (null, null);
    }

    private string SecretContext => $"data_source/{Id}";

    private DatabaseConnection ConnectionWith(ConnectionSecrets secrets) =>
        new(Engine, Host, Port, Database, Username, Security, Parameters, secrets) { OtherHosts = OtherHosts, Srv = Srv };

    private sealed class Mapping : IEntityTypeConfiguration<DataSource>
    {
        public void Configure(EntityTypeBuilder<DataSource> builder)
        {
            builder.ToTable("data_sources");
            builder.Property(s => s.Id).ValueGeneratedNever();
            builder.Property(s => s.Name).HasMaxLength(100);
            builder.Property(s => s.PauseReason).HasMaxLength(PauseTerms.LongestWhy);
            builder.Property(s => s.Version).IsRowVersion();
            LabelSet.Map(builder.Property(s => s.Labels));
            builder.Property(s => s.Parameters).AsJson();
            builder.Property(s => s.Security).AsJson();
            builder.Ignore(s => s.TlsMode);
            builder.Property(s => s.OtherHosts).AsJson().HasDefaultValueSql("'[]'");
            builder.Property(s => s.Srv).HasDefaultValue(false);
            builder.Property(s => s.Selection).AsJson().HasDefaultValueSql("'{}'");
            builder.OwnsOne(s => s.LastTest, test => test.ToJson("last_test"));
            builder.OwnsOne(s => s.RestoreReadiness, ready => ready.ToJson("restore_readiness"));
            builder.Property(s => s.RestoreUsername).HasMaxLength(255);
            builder.Ignore(s => s.HasCredentials);
            builder.HasIndex(s => s.Name).IsUnique().HasFilter("deleted_at is null");
            builder.HasQueryFilter(s => s.DeletedAt == null);
        }
    }
}
