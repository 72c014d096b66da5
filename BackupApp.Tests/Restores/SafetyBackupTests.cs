using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Restores;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Restores;

/// <summary>
/// An engine that cannot keep what an overwrite replaces has it backed up first. Without a server: nothing gets that far.
/// </summary>
public sealed class SafetyBackupTests : IAsyncLifetime
{
    // Nobody can reach it.
    private static readonly DatabaseConnection Nowhere = new(
        Engine.Mongodb, "127.0.0.1", 1, "shop", "backup", TlsMode.Disable, new Dictionary<string, string>(), new("irrelevant"));

    private RecordedBackup _backup = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _backup = await RecordedBackup.MakeAsync(Nowhere, new(ArtifactKind.Database, "shop"));

    public ValueTask DisposeAsync() => _backup?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task It_is_taken_where_the_backup_lies_pinned_and_the_restore_waits_for_it()
    {
        var restore = await _backup.StartAsync();

        var safety = await SafetyAsync(restore);
        Assert.Equal(
            (RunStatus.Queued, BackupTrigger.Manual, _backup.Source, _backup.Destination),
            (safety.Status, safety.Trigger, safety.DataSourceId, safety.DestinationId));
        Assert.NotNull(safety.PinnedAt);
        Assert.Contains("before_restore", await AuditAsync(AuditActions.BackupManualRun), StringComparison.Ordinal);
        await RunAsync(restore.Id);
        var waiting = await _backup.ReadAsync(restore.Id);
        Assert.Equal(RunStatus.Queued, waiting.Status);
        Assert.NotNull(waiting.ParkedAt);
        using var held = await _backup.Http.DeleteAsync($"/api/v1/datasources/{_backup.Source}/backups/{safety.Id}", Cancel);
        Assert.Equal(HttpStatusCode.Conflict, held.StatusCode);
    }

    [Theory]
    [InlineData("failed", "did not succeed. The disk is full.")]
    [InlineData("partial", "did not succeed. The disk is full.")]
    [InlineData("canceled", "was canceled.")]
    public async Task One_that_does_not_succeed_ends_the_restore_before_it_changes_anything(string status, string words)
    {
        var restore = await _backup.StartAsync();
        await _backup.EndAsync(restore.SafetyJobId!.Value, status);

        await RunAsync(restore.Id);

        var ended = await _backup.ReadAsync(restore.Id);
        Assert.Equal((RunStatus.Failed, "safety_backup_failed"), (ended.Status, ended.ErrorCode));
        Assert.Contains("Nothing was changed", ended.ErrorSummary, StringComparison.Ordinal);
        Assert.Contains(words, ended.ErrorSummary, StringComparison.Ordinal);
        Assert.False(ended.CanUndoBySafety);
    }

    [Fact]
    public async Task Once_it_is_there_the_restore_goes_on_to_the_server()
    {
        var restore = await _backup.StartAsync();
        await _backup.EndAsync(restore.SafetyJobId!.Value, "success");

        await RunAsync(restore.Id);

        var ended = await _backup.ReadAsync(restore.Id);
        // No server is there: what fails is the look at it.
        Assert.True((ended.Status, ended.ErrorStage) == (RunStatus.Failed, Errors.RunStage.Connect), ended.ErrorSummary);
        Assert.NotEqual("safety_backup_failed", ended.ErrorCode);
    }

    [Fact]
    public async Task It_holds_what_the_data_source_leaves_out_too()
    {
        DumpSelection selection = new() { ExcludeCollections = ["orders"] };
        await _backup.WithAsync(db => db.Set<DataSource>().ExecuteUpdateAsync(set => set.SetProperty(s => s.Selection, selection), Cancel));
        var restore = await _backup.StartAsync();

        var claimed = await _backup.App.Services.GetRequiredService<JobTransitions>()
            .ClaimAsync(restore.SafetyJobId!.Value, _ => ".archive", Cancel);

        Assert.Equal(["orders"], claimed!.Source.Selection.ExcludeCollections);
        Assert.Equal((SourceScope.Database, 0), (claimed.Selection.Scope, claimed.Selection.ExcludeCollections.Count));
    }

    [Theory]
    [InlineData("other", SourceScope.Database, "stands for the database other by now")]
    [InlineData("shop", SourceScope.Server, "stands for a whole server by now")]
    public async Task Where_it_would_be_of_something_else_nothing_is_replaced(string database, SourceScope scope, string words)
    {
        DumpSelection selection = new() { Scope = scope };
        await _backup.WithAsync(db => db.Set<DataSource>().ExecuteUpdateAsync(
            set => set.SetProperty(s => s.Database, database).SetProperty(s => s.Selection, selection), Cancel));

        using var answer = await _backup.PostAsync(_backup.Http);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(words, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_of_another_database_is_no_way_back()
    {
        var restore = await _backup.StartAsync();
        await _backup.EndAsync(restore.SafetyJobId!.Value, "success", "other");

        await RunAsync(restore.Id);

        var ended = await _backup.ReadAsync(restore.Id);
        Assert.Equal((RunStatus.Failed, "safety_backup_failed"), (ended.Status, ended.ErrorCode));
        Assert.Contains("is of another database", ended.ErrorSummary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_an_administrator_may_do_without()
    {
        using var administrator = await _backup.ClientAsync(UserRole.Administrator, TokenRole.Administrator);

        using var refused = await _backup.PostAsync(_backup.Http, withoutSafety: true);
        using var allowed = await _backup.PostAsync(administrator, withoutSafety: true);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Created), (refused.StatusCode, allowed.StatusCode));
        Assert.Null((await _backup.WithAsync(db => db.Set<RestoreJob>().SingleAsync(Cancel))).SafetyJobId);
    }

    [Fact]
    public async Task Undoing_restores_it_and_has_a_backup_taken_of_what_is_there_now()
    {
        var restore = await _backup.StartAsync();
        await _backup.EndAsync(restore.SafetyJobId!.Value, "success");
        Assert.Equal(HttpStatusCode.Conflict, (await UndoAsync(restore.Id, "shop")).Status);
        // It failed in the middle, when the first collections were dropped: that is when somebody wants this most.
        await _backup.ExecuteAsync($"""
            UPDATE restore_jobs SET status = 'failed', started_at = now(), swapping_at = now(), finished_at = now() WHERE id = {restore.Id}
            """);
        Assert.Equal(HttpStatusCode.BadRequest, (await UndoAsync(restore.Id, "another")).Status);

        var (status, id) = await UndoAsync(restore.Id, "shop");

        Assert.Equal(HttpStatusCode.OK, status);
        var undo = await _backup.ReadAsync(id!.Value);
        Assert.Equal((restore.SafetyJobId, "shop", RunStatus.Queued), (undo.SourceBackupId, undo.TargetDatabase, undo.Status));
        Assert.NotNull(undo.SafetyJobId);
        Assert.NotEqual(restore.SafetyJobId, undo.SafetyJobId);
        Assert.NotNull((await _backup.ReadAsync(restore.Id)).UndoneAt);
        Assert.Contains($"{id}", await AuditAsync(AuditActions.RestoreUndone), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await UndoAsync(restore.Id, "shop")).Status);
    }

    private async Task<(HttpStatusCode Status, Guid? Id)> UndoAsync(Guid id, string typed)
    {
        using var answer = await _backup.Http.PostAsJsonAsync($"/api/v1/restores/{id}/undo", new { confirmation = typed }, Cancel);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        return (answer.StatusCode, body.TryGetProperty("restoreId", out var restore) ? restore.GetGuid() : null);
    }

    private async Task RunAsync(Guid id)
    {
        await using var scope = _backup.App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<RestoreWorker>().RunAsync(id);
    }

    private Task<BackupJob> SafetyAsync(RestoreJob restore) =>
        _backup.WithAsync(db => db.Set<BackupJob>().SingleAsync(j => j.Id == restore.SafetyJobId, Cancel));

    private async Task<string> AuditAsync(string action) =>
        (await _backup.WithAsync(db => db.Set<AuditEntry>().SingleAsync(e => e.Action == action, Cancel))).Metadata!;
}
