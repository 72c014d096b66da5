using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Restores;
using BackupApp.Stored;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Restores;

/// <summary>What follows a restore, and what is told of it, as far as no server has to answer for it.</summary>
public sealed class RestoreAftermathTests : IAsyncLifetime
{
    private RecordedBackup _backup = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _backup = await RecordedBackup.OfShopAsync();

    public ValueTask DisposeAsync() => _backup?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Nothing_is_swapped_back_under_a_running_backup_or_another_restore()
    {
        var job = await EndedAsync();
        var running = await _backup.AddAsync("shop");
        await _backup.ExecuteAsync($"UPDATE backup_jobs SET status = 'running', finished_at = NULL WHERE id = {running}");

        var (underBackup, why) = await UndoAsync(job);
        await _backup.ExecuteAsync($"UPDATE backup_jobs SET status = 'success', finished_at = now() WHERE id = {running}");
        var other = await _backup.StartAsync();
        await _backup.ExecuteAsync($"UPDATE restore_jobs SET status = 'running', heartbeat_at = now() WHERE id = {other.Id}");
        var (underRestore, whyToo) = await UndoAsync(job);
        await _backup.ExecuteAsync($"UPDATE restore_jobs SET status = 'failed', finished_at = now() WHERE id = {other.Id}");
        var (alone, away) = await UndoAsync(job);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (underBackup, underRestore));
        Assert.StartsWith("Nothing was changed. A backup of shop is running", why, StringComparison.Ordinal);
        Assert.StartsWith("Nothing was changed. Another restore into shop is running", whyToo, StringComparison.Ordinal);
        // Then it is the server that does not answer.
        Assert.Equal(HttpStatusCode.Conflict, alone);
        Assert.DoesNotContain("is running", away, StringComparison.Ordinal);
        Assert.Null((await _backup.ReadAsync(job)).AftermathAt);
    }

    [Fact]
    public async Task A_backup_waits_while_a_database_is_swapped_back()
    {
        var job = await EndedAsync();
        Assert.Empty(await BusyAsync());

        await _backup.ExecuteAsync($"UPDATE restore_jobs SET aftermath_at = now() WHERE id = {job}");
        Assert.Equal([_backup.Source], (await BusyAsync()).Distinct());

        // Whoever did it is gone.
        await _backup.ExecuteAsync($"UPDATE restore_jobs SET aftermath_at = now() - interval '3 minutes' WHERE id = {job}");
        Assert.Empty(await BusyAsync());
    }

    [Theory]
    [InlineData(true, "The server does not answer. Whether anything was changed is not known: ")]
    [InlineData(false, "Nothing was changed. The server does not answer.")]
    public void Only_what_is_known_is_said_of_a_swap_that_failed(bool isUndecided, string beginning)
    {
        var failure = new RestoreFailedException(RunStage.Swap, "x", "The server does not answer.") { IsUndecided = isUndecided };

        Assert.StartsWith(beginning, RestoreAftermath.Sentence(failure), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retention_passes_over_a_backup_that_is_being_restored()
    {
        var restore = await _backup.StartAsync();

        Assert.False(await ExpireAsync());
        await _backup.ExecuteAsync($"UPDATE restore_jobs SET status = 'failed', finished_at = now() WHERE id = {restore.Id}");
        Assert.True(await ExpireAsync());
    }

    [Fact]
    public async Task Over_the_api_a_restore_is_told_as_its_page_tells_it()
    {
        var job = await EndedAsync();
        await _backup.ExecuteAsync($$"""
            UPDATE restore_jobs SET notes = E'one\ntwo', tool_version = 'pg_restore 15.1', server_version = '15.2',
                connection_protection = 'verified', result = '{"tables": 2, "rows": 7, "largest": [], "next": []}' WHERE id = {{job}}
            """);

        var told = await _backup.Http.GetFromJsonAsync<JsonElement>($"/api/v1/restores/{job}", Cancel);
        var listed = (await _backup.Http.GetFromJsonAsync<JsonElement>($"/api/v1/datasources/{_backup.Source}/restores", Cancel))
            .GetProperty("list")[0];

        Assert.Equal(["one", "two"], told.GetProperty("notes").EnumerateArray().Select(n => n.GetString()));
        Assert.Equal(("pg_restore 15.1", "15.2", "verified"), (Text("toolVersion"), Text("serverVersion"), Text("connectionProtection")));
        Assert.Equal((7, 2), (told.GetProperty("rows").GetInt64(), told.GetProperty("tables").GetInt32()));
        Assert.Equal(2, listed.GetProperty("notes").GetArrayLength());

        await _backup.ExecuteAsync($"UPDATE restore_jobs SET status = 'running', finished_at = NULL, phase = 'indexes' WHERE id = {job}");
        told = await _backup.Http.GetFromJsonAsync<JsonElement>($"/api/v1/restores/{job}", Cancel);
        Assert.Equal("indexes", Text("phase"));

        string? Text(string name) => told.GetProperty(name).GetString();
    }

    /// <summary>A restore that has taken its database's place.</summary>
    private async Task<Guid> EndedAsync()
    {
        var job = await _backup.StartAsync();
        await _backup.ExecuteAsync($"""
            UPDATE restore_jobs SET status = 'success', in_place = true, kept_database = 'shop_before_20261127_100000', kept_oid = 5,
                started_at = now(), finished_at = now() WHERE id = {job.Id}
            """);
        return job.Id;
    }

    private async Task<(HttpStatusCode Status, string Why)> UndoAsync(Guid job)
    {
        using var answer = await _backup.Http.PostAsJsonAsync($"/api/v1/restores/{job}/undo", new { confirmation = "shop" }, Cancel);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        return (answer.StatusCode, problem.GetProperty("detail").GetString()!);
    }

    private Task<IReadOnlyList<Guid>> BusyAsync() => _backup.WithAsync(
        db => _backup.App.Services.GetRequiredService<IRestoresUnderWay>().BusySourcesAsync(db, Cancel));

    private async Task<bool> ExpireAsync()
    {
        await using var scope = _backup.App.Services.CreateAsyncScope();
        var job = await _backup.WithAsync(db => db.Set<BackupJob>().AsNoTracking().SingleAsync(j => j.Id == _backup.Id, Cancel));
        return await scope.ServiceProvider.GetRequiredService<DeleteBackup>().MarkAsync(
            job, DeletionReason.AgeExceeded, AuditActions.BackupExpired, null, Cancel);
    }
}
