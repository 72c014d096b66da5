using System.Net;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text.Json;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Inventories.Changes;
using BackupApp.Restores;
using BackupApp.Secrets;
using BackupApp.Tests.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Restores;

/// <summary>
/// The app without workers, with a data source and a backup of it that is in its records only: for what is decided without the dump.
/// </summary>
public sealed class RecordedBackup : IAsyncDisposable
{
    /// <summary>Of a backup that <see cref="WarnAsync"/> was told of.</summary>
    public const string Emptied = "orders: 20,000 → 0 rows";

    private RecordedBackup(WholeApp app) => App = app;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public WholeApp App { get; }

    /// <summary>An operator's.</summary>
    public HttpClient Http { get; private set; } = null!;

    public Guid Source { get; private set; }

    public Guid Destination { get; private set; }

    public Guid Id { get; private set; }

    public static async Task<RecordedBackup> MakeAsync(DatabaseConnection connection, DumpTarget target)
    {
        var made = new RecordedBackup(await WholeApp.StartAsync());
        made.Http = await made.ClientAsync(UserRole.Operator, TokenRole.Operator);
        await made.RecordAsync(connection, target);
        return made;
    }

    /// <summary>Of the database <c>shop</c>, of a server that does not answer.</summary>
    public static Task<RecordedBackup> OfShopAsync() => MakeAsync(
        PostgresUri.Parse("postgres://u:p@127.0.0.1:1/shop").Parts!.ToConnection(), new(ArtifactKind.Database, "shop"));

    /// <summary>A newer backup of the source, with these databases.</summary>
    public async Task<Guid> AddAsync(params string[] databases)
    {
        var id = await WithAsync(async db =>
        {
            var source = await db.Set<DataSource>().SingleAsync(s => s.Id == Source, Cancel);
            var destination = await db.Set<StorageDestination>().SingleAsync(d => d.Id == Destination, Cancel);
            var backup = BackupJob.Queue(source, destination, BackupTrigger.Manual, DateTimeOffset.UtcNow, null, 6, null, null);
            db.Add(backup);
            db.AddRange(databases.Select((database, position) => BackupArtifact.Create(
                backup, position, new(ArtifactKind.Database, database), destination, $"{backup.Id}/{database}.dump.gz")));
            await db.SaveChangesAsync(Cancel);
            return backup.Id;
        });
        await StoreAsync(id, "success");
        return id;
    }

    public Task<List<Guid>> ArtifactsAsync(Guid backup) => WithAsync(
        db => db.Set<BackupArtifact>().Where(a => a.JobId == backup).OrderBy(a => a.Position).Select(a => a.Id).ToListAsync(Cancel));

    /// <summary>Something is open about a backup: all its orders are gone.</summary>
    public Task<int> WarnAsync(Guid backup) => WithAsync(async db =>
    {
        var artifact = await db.Set<BackupArtifact>().FirstAsync(a => a.JobId == backup, Cancel);
        var found = new FoundWarning(WarningRule.TableEmptied, "public", "orders", 20000, 0, Emptied);
        db.Add(ContentWarning.Create(found, artifact.Id, backup, Source, artifact.Id));
        return await db.SaveChangesAsync(Cancel);
    });

    public async Task<HttpClient> ClientAsync(UserRole role, TokenRole token)
    {
        var http = new HttpClient { BaseAddress = App.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", await App.CreateTokenAsync(await App.CreateUserAsync(role), token));
        return http;
    }

    public Task<HttpResponseMessage> PostAsync(
        HttpClient http, string mode = "overwrite", bool? withoutSafety = null, string? uri = null) => http.PostAsJsonAsync(
        "/api/v1/restores",
        new
        {
            dataSourceId = Source,
            sourceBackupId = Id,
            mode,
            targetUri = uri,
            confirmOverwrite = true,
            withoutSafetyBackup = withoutSafety,
        },
        Cancel);

    /// <summary>Starts a restore of it.</summary>
    public async Task<RestoreJob> StartAsync(string mode = "overwrite", string? uri = null)
    {
        using var answer = await PostAsync(Http, mode, uri: uri);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancel));
        return await ReadAsync((await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetGuid());
    }

    public Task<RestoreJob> ReadAsync(Guid id) => WithAsync(db => db.Set<RestoreJob>().AsNoTracking().SingleAsync(j => j.Id == id, Cancel));

    public Task<int> ExecuteAsync(FormattableString sql) => WithAsync(db => db.Database.ExecuteSqlAsync(sql, Cancel));

    public async Task<T> WithAsync<T>(Func<AppDbContext, Task<T>> act)
    {
        await using var scope = App.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<AppDbContext>());
    }

    /// <summary>Ends a backup as a worker would have.</summary>
    /// <param name="database">That it is of.</param>
    public async Task EndAsync(Guid backup, string status, string database = "shop")
    {
        await WithAsync(async db =>
        {
            var (job, destination) = (
                await db.Set<BackupJob>().SingleAsync(j => j.Id == backup, Cancel),
                await db.Set<StorageDestination>().SingleAsync(d => d.Id == Destination, Cancel));
            db.Add(BackupArtifact.Create(job, 0, new(ArtifactKind.Database, database), destination, $"{backup}.archive.gz"));
            return await db.SaveChangesAsync(Cancel);
        });
        await StoreAsync(backup, status);
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        await App.DisposeAsync();
    }

    private Task<int> StoreAsync(Guid backup, string status) => ExecuteAsync($"""
        UPDATE backup_jobs SET status = {status}, started_at = now(), finished_at = now(), error_summary = 'The disk is full.',
            cancel_reason = CASE WHEN {status} = 'canceled' THEN 'user' END WHERE id = {backup};
        UPDATE backup_artifacts SET status = 'success', stored_at = now(), size = 10, sha256 = {new byte[32]} WHERE job_id = {backup};
        """);

    private async Task RecordAsync(DatabaseConnection connection, DumpTarget target)
    {
        var secrets = App.Services.GetRequiredService<SecretBox>();
        var now = DateTimeOffset.UtcNow;
        var source = DataSource.Create("shop", DataSourceEnvironment.Test, connection, secrets, now);
        var destination = StorageDestination.CreateS3("bucket", S3Location.None, new S3Keys("a", "b"), secrets, now);
        var backup = BackupJob.Queue(source, destination, BackupTrigger.Manual, now, null, 6, null, null);
        var artifact = BackupArtifact.Create(backup, 0, target, destination, "shop.archive.gz");
        await WithAsync(db =>
        {
            db.AddRange(source, destination, backup, artifact);
            return db.SaveChangesAsync(Cancel);
        });
        (Source, Destination, Id) = (source.Id, destination.Id, backup.Id);
        await StoreAsync(backup.Id, "success");
    }
}
