using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using BackupApp.Engines;
using BackupApp.Pings;
using BackupApp.Policies;
using BackupApp.Secrets;
using BackupApp.Stored;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Policies;

/// <summary>
/// A database with the application's tables and the managed destination, and the editors as a
/// request would get them: each with a context of its own.
/// </summary>
public sealed class PolicyBench : IAsyncLifetime
{
    public static readonly Actor Operator = new(ActorType.User, Guid.CreateVersion7(), "operator@example.com");

    private readonly SecretBox _secrets = new();
    private TestPostgres? _postgres;
    private DbContextOptions<AppDbContext>? _options;

    public SecretBox Secrets => _secrets;

    /// <summary>What was handed to Hangfire.</summary>
    public SentMessages Messages { get; } = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Skips the test where there is no server; else makes the database, once.</summary>
    public async Task RequireAsync()
    {
        if (_options is not null)
            return;
        _postgres = TestPostgres.Require();
        _options = new DbContextOptionsBuilder<AppDbContext>()
            .UseNpgsql(_postgres.PooledConnectionString(await _postgres.CreateMigratedDatabaseAsync("policies")))
            .Options;
        await using var db = Database();
        var key = new Dictionary<string, string?> { ["BackupApp:MasterKey"] = Convert.ToBase64String(new byte[32]) };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(key).Build();
        await _secrets.OpenAsync(
            db,
            MasterKey.Load(configuration, new DataDirectory(Path.GetTempPath()), false),
            Clock,
            TestContext.Current.CancellationToken);
        await ManagedDestination.EnsureAsync(
            db, new ManagedStorageOptions(), new DestinationUse(db), Clock, TestContext.Current.CancellationToken);
    }

    public AppDbContext Database() => new(_options!);

    public PolicyEditor Editor(AppDbContext db) => new(
        db, Log(db), new PolicyChanges(Messages, NullLogger<PolicyChanges>.Instance), Pings(db), Clock);

    public PingTargets Pings(AppDbContext db) => new(db, Log(db), _secrets, Clock);

    public PolicyAttachments Attachments(AppDbContext db) => new(db, Log(db), Clock);

    public DeleteBackup Deletion(AppDbContext db) =>
        new(db, Log(db), new DeletionCall(Messages, NullLogger<DeletionCall>.Instance), new NoRestores());

    public async Task<Guid> AddSourceAsync(string name)
    {
        await using var db = Database();
        var connection = new DatabaseConnection(
            Engine.Postgres,
            "db.example.com",
            5432,
            "app",
            "app",
            TlsMode.Prefer,
            new Dictionary<string, string>(),
            new ConnectionSecrets("secret"));
        var source = DataSource.Create(name, DataSourceEnvironment.Test, connection, _secrets, Clock.GetUtcNow());
        db.Add(source);
        await db.SaveChangesAsync();
        return source.Id;
    }

    public async Task<BackupPolicy> AddPolicyAsync(Action<PolicyInput>? change = null)
    {
        await using var db = Database();
        return await Editor(db).CreateAsync(Input(change), TestContext.Current.CancellationToken);
    }

    public static PolicyInput Input(Action<PolicyInput>? change = null)
    {
        var input = new PolicyInput
        {
            Name = $"policy {Guid.NewGuid():N}",
            DestinationId = StorageDestination.ManagedId,
            RunOnceAfterDowntime = false,
        };
        change?.Invoke(input);
        return input;
    }

    /// <summary>What the audit log says of a policy, oldest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> AuditAsync(Guid policyId)
    {
        await using var db = Database();
        return await db.Set<AuditEntry>()
            .AsNoTracking()
            .Where(e => e.TargetId == policyId)
            .OrderBy(e => e.CreatedAt)
            .ThenBy(e => e.Id)
            .ToListAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }

    public async Task<Guid> AddBucketAsync(string name)
    {
        await using var db = Database();
        var location = new S3Location("https://s3.example.com", "us-east-1", "bucket", "", true, null, ServerSideEncryption.None, null);
        var destination = StorageDestination.CreateS3(name, location, new S3Keys("id", "secret"), _secrets, Clock.GetUtcNow());
        db.Add(destination);
        await db.SaveChangesAsync();
        return destination.Id;
    }

    /// <summary>Whether somebody waits for a lock in its database.</summary>
    public async Task<bool> WaitsAsync()
    {
        await using var db = Database();
        var waiting = db.Database.SqlQuery<int>(
            $"select pid as \"Value\" from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
        return await waiting.AnyAsync(TestContext.Current.CancellationToken);
    }

    public static AuditLog Log(AppDbContext db) => new(db, new CurrentActor { Value = Operator });
}
