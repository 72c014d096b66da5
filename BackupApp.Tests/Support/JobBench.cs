using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Support;

/// <summary>
/// Everything that a backup needs, for one class of tests: the app in a process of its own with a
/// new database, signed in as its administrator, a PostgreSQL to make sources in and a bucket.
/// </summary>
public sealed class JobBench : IAsyncLifetime
{
    /// <summary>Of <see cref="NoiseAsync"/>: more than two parts of an upload.</summary>
    public const int NoiseMegabytes = 60;

    /// <summary>Bytes of a dump that <see cref="Relay"/> lets pass.</summary>
    public const long Middle = 30L << 20;

    private readonly string _data = Directory.CreateTempSubdirectory("backupapp-job-").FullName;
    private AppProcess? _app;
    private AppClient? _client;
    private TestPostgres? _postgres;
    private string? _noise;

    public TestS3 S3 { get; } = new();

    public AppProcess App => _app ?? throw new InvalidOperationException("Call RequireAsync first.");

    public AppClient Client => _client ?? throw new InvalidOperationException("Call RequireAsync first.");

    public TestPostgres Postgres => _postgres ?? throw new InvalidOperationException("Call RequireAsync first.");

    public string BackupFolder => Path.Combine(_data, "backups");

    public static IReadOnlyDictionary<string, string> Variables { get; } =
        new Dictionary<string, string> { ["BackupApp__Backups__HeartbeatInterval"] = "00:00:00.200" };

    public ValueTask InitializeAsync() => S3.InitializeAsync();

    /// <summary>Skips the test where a server is missing; else starts the app, once.</summary>
    public async Task RequireAsync()
    {
        RequireServers();
        _app ??= await AppProcess.StartAsync(await SettingsAsync());
        _client ??= await AppClient.SignInAsync(_app);
    }

    /// <summary>For tests that start the app themselves: skips the test where a server is missing.</summary>
    public void RequireServers()
    {
        TestS3.Require();
        _postgres ??= TestPostgres.Require();
    }

    /// <summary>For another process of the app, with a new database.</summary>
    public async Task<AppSettings> SettingsAsync(string? dataDirectory = null)
    {
        var database = await Postgres.CreateMigratedDatabaseAsync("app");
        return new(Postgres.PooledConnectionString(database), dataDirectory ?? _data) { Variables = Variables };
    }

    /// <summary>The application's database, behind the app's back.</summary>
    public AppDbContext Database() => Database(App.Settings);

    public static AppDbContext Database(AppSettings settings) =>
        new(new DbContextOptionsBuilder<AppDbContext>().UseNpgsql(settings.ConnectionString).Options);

    /// <returns>How many rows it changed.</returns>
    public async Task<int> ExecuteAsync(FormattableString sql)
    {
        await using var db = Database();
        return await db.Database.ExecuteSqlAsync(sql);
    }

    public Task<BackupJob> JobAsync(Guid id) => JobAsync(App.Settings, id);

    public static async Task<BackupJob> JobAsync(AppSettings settings, Guid id)
    {
        await using var db = Database(settings);
        return await db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts).SingleAsync(j => j.Id == id);
    }

    /// <summary>What the audit log says of a job, in its order.</summary>
    public static async Task<List<string>> AuditAsync(AppSettings settings, Guid job)
    {
        await using var db = Database(settings);
        return await db.Set<AuditEntry>()
            .Where(e => e.TargetId == job)
            .OrderBy(e => e.CreatedAt)
            .ThenBy(e => e.Id)
            .Select(e => e.Action)
            .ToListAsync();
    }

    /// <summary>Adds a database of the tests' server as a source.</summary>
    /// <param name="port">Of a relay to it.</param>
    public Task<Guid> AddSourceAsync(string database, int? port = null, AppClient? client = null) => (client ?? Client).AddSourceAsync(
        $"source {Guid.NewGuid():N}", "127.0.0.1", port ?? Postgres.Port, database, Postgres.Superuser, Postgres.SuperuserPassword);

    /// <summary>Adds a bucket, the class's own unless another is given.</summary>
    /// <param name="endpoint">Of a proxy to the server.</param>
    public Task<Guid> AddBucketAsync(string? bucket = null, Uri? endpoint = null, AppClient? client = null, bool appendOnly = false)
    {
        var settings = S3.Settings(endpoint);
        return (client ?? Client).AddS3DestinationAsync(
            $"bucket {Guid.NewGuid():N}",
            settings.Endpoint!,
            bucket ?? S3.Bucket,
            "team a",
            settings.AccessKeyId!,
            settings.SecretAccessKey!,
            appendOnly);
    }

    /// <summary>A database with enough in it to be caught in the middle of its dump. Made once.</summary>
    public async Task<string> NoiseAsync()
    {
        if (_noise is not null)
            return _noise;
        var name = await Postgres.CreateDatabaseAsync("noise");
        await RandomTable.FillAsync(Postgres.ConnectionString(name), NoiseMegabytes);
        return _noise = name;
    }

    /// <summary>A relay to the tests' server that stops a dump of <see cref="NoiseAsync"/> in its middle.</summary>
    public GatedRelay Relay(int? port = null) => new(port ?? Postgres.Port, Middle);

    /// <summary>Starts a backup through a relay and waits until it is held there, some of it stored.</summary>
    public async Task<Guid> StartAsync(Guid source, Guid? destination, AppClient? client = null)
    {
        client ??= Client;
        var job = await client.RunNowAsync(source, destination);
        await client.WaitAsync(job, status => status.BytesRead > Middle / 2 && status.BytesStored > 0, "in its middle");
        return job;
    }

    /// <summary>Waits for the job's end, which must be this failure, with nothing left.</summary>
    public async Task<BackupJob> FailedAsync(Guid id, RunStage stage, string code)
    {
        await Client.FinishedAsync(id);
        var job = await JobAsync(id);
        Assert.Equal((RunStatus.Failed, stage, code), (job.Status, job.ErrorStage, job.ErrorCode));
        Assert.Null(Assert.Single(job.Artifacts).Copy.StoredAt);
        Assert.Empty(await LeftoversAsync(id));
        return job;
    }

    /// <summary>What the job left at either place, objects, manifests, open uploads and unfinished files alike.</summary>
    public async Task<IReadOnlyList<string>> LeftoversAsync(Guid job) =>
        [.. Files(BackupFolder).Concat(await S3.LeftoversAsync()).Where(name => name.Contains($"{job:N}", StringComparison.Ordinal))];

    /// <summary>Copies a stored object of either place to a file, behind the app's back.</summary>
    public async Task FetchAsync(BackupArtifact artifact, string path)
    {
        await using var content = artifact.Copy.Bucket is null
            ? File.OpenRead(Path.Combine(BackupFolder, artifact.Copy.Key))
            : (await S3.Admin.GetObjectAsync(artifact.Copy.Bucket, $"team a/{artifact.Copy.Key}")).ResponseStream;
        await using var file = File.Create(path);
        await content.CopyToAsync(file);
    }

    public static IEnumerable<string> Files(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [];

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        await S3.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}
