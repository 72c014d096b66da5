using System.Net;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text.Json;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Restores;
using BackupApp.Runs;
using BackupApp.Secrets;
using BackupApp.Tests.Accounts;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Restores;

/// <summary>
/// An engine that cannot keep what an overwrite replaces has it backed up first. Without a server: nothing gets that far.
/// </summary>
public sealed class SafetyBackupTests : IAsyncLifetime
{
    private WholeApp _app = null!;
    private HttpClient _http = null!;
    private (Guid Source, Guid Destination, Guid Backup) _there;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _app = await WholeApp.StartAsync();
        _there = await StoredAsync();
        _http = await ClientAsync(UserRole.Operator, TokenRole.Operator);
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
    }

    [Fact]
    public async Task It_is_taken_where_the_backup_lies_pinned_and_the_restore_waits_for_it()
    {
        var restore = await ReadAsync(await StartAsync());

        var safety = await BackupAsync(restore.SafetyJobId!.Value);
        Assert.Equal(
            (RunStatus.Queued, BackupTrigger.Manual, _there.Source, _there.Destination),
            (safety.Status, safety.Trigger, safety.DataSourceId, safety.DestinationId));
        Assert.NotNull(safety.PinnedAt);
        Assert.Contains("before_restore", await AuditAsync(AuditActions.BackupManualRun), StringComparison.Ordinal);
        await RunAsync(restore.Id);
        var waiting = await ReadAsync(restore.Id);
        Assert.Equal(RunStatus.Queued, waiting.Status);
        Assert.NotNull(waiting.ParkedAt);
        using var held = await _http.DeleteAsync($"/api/v1/datasources/{_there.Source}/backups/{safety.Id}", Cancel);
        Assert.Equal(HttpStatusCode.Conflict, held.StatusCode);
    }

    [Theory]
    [InlineData("failed", "did not succeed. The disk is full.")]
    [InlineData("partial", "did not succeed. The disk is full.")]
    [InlineData("canceled", "was canceled.")]
    public async Task One_that_does_not_succeed_ends_the_restore_before_it_changes_anything(string status, string words)
    {
        var restore = await ReadAsync(await StartAsync());
        await EndBackupAsync(restore.SafetyJobId!.Value, status);

        await RunAsync(restore.Id);

        var ended = await ReadAsync(restore.Id);
        Assert.Equal((RunStatus.Failed, "safety_backup_failed"), (ended.Status, ended.ErrorCode));
        Assert.Contains("Nothing was changed", ended.ErrorSummary, StringComparison.Ordinal);
        Assert.Contains(words, ended.ErrorSummary, StringComparison.Ordinal);
        Assert.False(ended.CanUndoBySafety);
    }

    [Fact]
    public async Task Once_it_is_there_the_restore_goes_on_to_the_server()
    {
        var restore = await ReadAsync(await StartAsync());
        await EndBackupAsync(restore.SafetyJobId!.Value, "success");

        await RunAsync(restore.Id);

        var ended = await ReadAsync(restore.Id);
        // No server is there: what fails is the look at it.
        Assert.True((ended.Status, ended.ErrorStage) == (RunStatus.Failed, Errors.RunStage.Connect), ended.ErrorSummary);
        Assert.NotEqual("safety_backup_failed", ended.ErrorCode);
    }

    [Fact]
    public async Task Only_an_administrator_may_do_without()
    {
        using var administrator = await ClientAsync(UserRole.Administrator, TokenRole.Administrator);

        using var refused = await PostAsync(_http, withoutSafety: true);
        using var allowed = await PostAsync(administrator, withoutSafety: true);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Created), (refused.StatusCode, allowed.StatusCode));
        await using var scope = _app.Services.CreateAsyncScope();
        Assert.Null((await scope.ServiceProvider.GetRequiredService<AppDbContext>().Set<RestoreJob>().SingleAsync(Cancel)).SafetyJobId);
    }

    [Fact]
    public async Task Undoing_restores_it_and_has_a_backup_taken_of_what_is_there_now()
    {
        var restore = await ReadAsync(await StartAsync());
        await EndBackupAsync(restore.SafetyJobId!.Value, "success");
        Assert.Equal(HttpStatusCode.Conflict, (await UndoAsync(restore.Id, "shop")).Status);
        // It failed in the middle, when the first collections were dropped: that is when somebody wants this most.
        await ExecuteAsync($"""
            UPDATE restore_jobs SET status = 'failed', started_at = now(), swapping_at = now(), finished_at = now() WHERE id = {restore.Id}
            """);
        Assert.Equal(HttpStatusCode.BadRequest, (await UndoAsync(restore.Id, "another")).Status);

        var (status, id) = await UndoAsync(restore.Id, "shop");

        Assert.Equal(HttpStatusCode.OK, status);
        var undo = await ReadAsync(id!.Value);
        Assert.Equal((restore.SafetyJobId, "shop", RunStatus.Queued), (undo.SourceBackupId, undo.TargetDatabase, undo.Status));
        Assert.NotNull(undo.SafetyJobId);
        Assert.NotEqual(restore.SafetyJobId, undo.SafetyJobId);
        Assert.NotNull((await ReadAsync(restore.Id)).UndoneAt);
        Assert.Contains($"{id}", await AuditAsync(AuditActions.RestoreUndone), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await UndoAsync(restore.Id, "shop")).Status);
    }

    private async Task<HttpClient> ClientAsync(UserRole role, TokenRole token)
    {
        var http = new HttpClient { BaseAddress = _app.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", await _app.CreateTokenAsync(await _app.CreateUserAsync(role), token));
        return http;
    }

    private async Task<Guid> StartAsync()
    {
        using var answer = await PostAsync(_http);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetGuid();
    }

    private Task<HttpResponseMessage> PostAsync(HttpClient http, bool? withoutSafety = null) => http.PostAsJsonAsync(
        "/api/v1/restores",
        new
        {
            dataSourceId = _there.Source,
            sourceBackupId = _there.Backup,
            mode = "overwrite",
            confirmOverwrite = true,
            withoutSafetyBackup = withoutSafety,
        },
        Cancel);

    private async Task<(HttpStatusCode Status, Guid? Id)> UndoAsync(Guid id, string typed)
    {
        using var answer = await _http.PostAsJsonAsync($"/api/v1/restores/{id}/undo", new { confirmation = typed }, Cancel);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        return (answer.StatusCode, body.TryGetProperty("restoreId", out var restore) ? restore.GetGuid() : null);
    }

    private async Task RunAsync(Guid id)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RestoreWorker>().RunAsync(id);
    }

    private async Task<RestoreJob> ReadAsync(Guid id)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AppDbContext>().Set<RestoreJob>().SingleAsync(j => j.Id == id, Cancel);
    }

    private async Task<BackupJob> BackupAsync(Guid id)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AppDbContext>().Set<BackupJob>().SingleAsync(j => j.Id == id, Cancel);
    }

    private async Task<string> AuditAsync(string action)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var entries = scope.ServiceProvider.GetRequiredService<AppDbContext>().Set<AuditEntry>();
        return (await entries.SingleAsync(e => e.Action == action, Cancel)).Metadata!;
    }

    private async Task ExecuteAsync(FormattableString sql)
    {
        await using var scope = _app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AppDbContext>().Database.ExecuteSqlAsync(sql, Cancel);
    }

    // As a worker would have ended it.
    private async Task EndBackupAsync(Guid id, string status)
    {
        await using (var scope = _app.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
            var (backup, destination) = (
                await db.Set<BackupJob>().SingleAsync(j => j.Id == id, Cancel),
                await db.Set<StorageDestination>().SingleAsync(d => d.Id == _there.Destination, Cancel));
            db.Add(BackupArtifact.Create(backup, 0, new(ArtifactKind.Database, "shop"), destination, $"{id}.archive.gz"));
            await db.SaveChangesAsync(Cancel);
        }

        await StoreAsync(id, status);
    }

    private Task StoreAsync(Guid backup, string status) => ExecuteAsync($"""
        UPDATE backup_jobs SET status = {status}, started_at = now(), finished_at = now(), error_summary = 'The disk is full.',
            cancel_reason = CASE WHEN {status} = 'canceled' THEN 'user' END WHERE id = {backup};
        UPDATE backup_artifacts SET status = 'success', stored_at = now(), size = 10, sha256 = {new byte[32]} WHERE job_id = {backup};
        """);

    /// <summary>A database of MongoDB at a server that nobody can reach, and a backup of it.</summary>
    private async Task<(Guid Source, Guid Destination, Guid Backup)> StoredAsync()
    {
        await using var scope = _app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var secrets = scope.ServiceProvider.GetRequiredService<SecretBox>();
        var now = DateTimeOffset.UtcNow;
        var connection = new DatabaseConnection(
            Engine.Mongodb, "127.0.0.1", 1, "shop", "backup", TlsMode.Disable, new Dictionary<string, string>(), new("irrelevant"));
        var source = DataSource.Create("shop", DataSourceEnvironment.Test, connection, secrets, now);
        var destination = StorageDestination.CreateS3("bucket", S3Location.None, new S3Keys("a", "b"), secrets, now);
        var backup = BackupJob.Queue(source, destination, BackupTrigger.Manual, now, null, 6, null, null);
        var artifact = BackupArtifact.Create(backup, 0, new(ArtifactKind.Database, "shop"), destination, "shop.archive.gz");
        db.AddRange(source, destination, backup, artifact);
        await db.SaveChangesAsync(Cancel);
        await StoreAsync(backup.Id, "success");
        return (source.Id, destination.Id, backup.Id);
    }
}
