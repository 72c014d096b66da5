using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Restores;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Restores;

/// <summary>What is told of a restore whose end nobody saw goes by what its target shows, and by what was written down before.</summary>
public sealed class VanishedRestoreTests : IAsyncLifetime
{
    private TestPostgres _postgres = null!;
    private RecordedBackup _backup = null!;
    private string _database = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _postgres = TestPostgres.Require();
        _database = await _postgres.CreateDatabaseAsync("vanished");
        _backup = await RecordedBackup.MakeAsync(_postgres.Connection(_database), new(ArtifactKind.Database, _database));
    }

    public async ValueTask DisposeAsync()
    {
        if (_backup is not null)
            await _backup.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }

    [Theory]
    [InlineData("SELECT 1", "The target is as it was")]
    [InlineData("CREATE TABLE t (a int)", "is not empty any more")]
    public async Task Of_a_database_that_was_being_filled_it_says_whether_something_has_come_into_it(string sql, string words)
    {
        var into = await _postgres.CreateDatabaseAsync("into", sql);
        var uri = $"postgres://{_postgres.Superuser}:{Uri.EscapeDataString(_postgres.SuperuserPassword)}@127.0.0.1:{_postgres.Port}";
        var restore = await _backup.StartAsync("new_server", $"{uri}/{into}");

        var ended = await DecideAsync(restore.Id, new(null, null) { Filling = new(into, await OidAsync(into)) });

        Assert.Equal((RunStatus.Failed, "worker_lost"), (ended.Status, ended.ErrorCode));
        Assert.Contains(words, ended.ErrorSummary, StringComparison.Ordinal);
        Assert.Null(ended.TargetCipher);
    }

    [Fact]
    public async Task A_swap_that_happened_is_partial_where_errors_were_gone_past_before_it()
    {
        var restore = await _backup.StartAsync();
        var marks = await SwappedAsync(["One table is missing."]);

        var ended = await DecideAsync(restore.Id, marks, "Said before.");

        Assert.Equal((RunStatus.Partial, true, "restored_with_errors"), (ended.Status, ended.InPlace, ended.ErrorCode));
        Assert.Equal(marks.Swap!.Outgoing!.Name, ended.KeptDatabase);
        Assert.Equal(["Said before.", "One table is missing."], ended.AllNotes.Take(2));
    }

    [Fact]
    public async Task A_swap_that_is_found_only_later_can_be_undone_all_the_same()
    {
        var restore = await _backup.StartAsync();
        var marks = await SwappedAsync([]);
        await _backup.WithAsync(db => db.Set<RestoreJob>().Where(j => j.Id == restore.Id).ExecuteUpdateAsync(
            set => set.SetProperty(j => j.Status, RunStatus.Failed)
                .SetProperty(j => j.Marks, marks)
                .SetProperty(j => j.Notes, "The target could not be asked.")
                .SetProperty(j => j.FinishedAt, _ => DateTimeOffset.UtcNow)
                .SetProperty(j => j.CleanupDueAt, _ => DateTimeOffset.UtcNow.AddMinutes(-1)),
            Cancel));

        await using (var scope = _backup.App.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetServices<IReaperPart>().OfType<RestoreCleanup>().Single().RunAsync(Cancel);

        var found = await _backup.ReadAsync(restore.Id);
        Assert.Equal((RunStatus.Failed, true, true), (found.Status, found.InPlace, found.CanUndo));
        Assert.Equal(
            (marks.Swap!.Outgoing!.Name, (long?)marks.Swap.Outgoing.Oid, null),
            (found.KeptDatabase, found.KeptOid, found.CleanupDueAt));
        Assert.Contains($"the old one is whole, as \"{found.KeptDatabase}\"", found.AllNotes[^1], StringComparison.Ordinal);
    }

    /// <summary>What had the name is beside it; what has it now was restored.</summary>
    private async Task<RestoreMarks> SwappedAsync(IReadOnlyList<string> errors)
    {
        var before = _postgres.Drop($"{_database[..30]}_before_20261128_120000");
        await _postgres.ExecuteAsync($"CREATE DATABASE {before}");
        KeptDatabase made = new($"{_database[..30]}_restoring_0123456789ab", await OidAsync(_database));
        return new(made, new(_database, made, new(before, await OidAsync(before))) { Errors = errors });
    }

    private async Task<RestoreJob> DecideAsync(Guid id, RestoreMarks marks, string? notes = null)
    {
        var held = new HeldRun(id, Guid.CreateVersion7());
        await _backup.WithAsync(db => db.Set<RestoreJob>().Where(j => j.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(j => j.Status, RunStatus.Running)
                .SetProperty(j => j.WorkerId, held.WorkerId)
                .SetProperty(j => j.WorkerName, "one that is gone")
                .SetProperty(j => j.StartedAt, _ => DateTimeOffset.UtcNow)
                .SetProperty(j => j.Marks, marks)
                .SetProperty(j => j.Notes, notes),
            Cancel));
        await using var scope = _backup.App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IVanishedRuns<RestoreJob>>().DecideAsync(held, Cancel);
        return await _backup.ReadAsync(id);
    }

    private Task<long> OidAsync(string database) =>
        _postgres.ScalarAsync<long>($"SELECT oid::bigint FROM pg_database WHERE datname = '{database}'");
}
