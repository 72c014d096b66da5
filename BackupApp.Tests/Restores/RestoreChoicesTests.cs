using BackupApp.Engines.Restores;
using BackupApp.Restores;
using BackupApp.Restores.Batches;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Restores;

/// <summary>Which backup is suggested, alone and among many, when something is known against the newest.</summary>
public sealed class RestoreChoicesTests : IAsyncLifetime
{
    private RecordedBackup _good = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _good = await RecordedBackup.OfShopAsync();

    public ValueTask DisposeAsync() => _good?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task The_last_backup_before_a_loss_is_taken_among_many_too_and_the_newest_is_told_of()
    {
        var emptied = await _good.AddAsync("shop");
        await _good.WarnAsync(emptied);

        var row = Assert.Single(await RowsAsync());
        var doubts = await DoubtsAsync(row.Piece!.BackupId);

        Assert.Equal(_good.Id, row.Piece.BackupId);
        Assert.Equal("last before orders lost its rows", row.Piece.Why);
        var newest = Assert.Single(doubts.Sources).Newest!;
        Assert.Equal(emptied, newest.Id);
        Assert.Equal([RecordedBackup.Emptied], newest.Warnings);
        Assert.Empty(doubts.ByArtifact[row.Piece.ArtifactId]);
    }

    [Fact]
    public async Task Where_there_is_nothing_better_it_is_taken_with_its_warning()
    {
        await _good.WarnAsync(_good.Id);

        var row = Assert.Single(await RowsAsync());
        var doubts = await DoubtsAsync(_good.Id);

        Assert.Equal(_good.Id, row.Piece!.BackupId);
        Assert.Equal([RecordedBackup.Emptied], row.Piece.Warnings);
        Assert.Equal([RecordedBackup.Emptied], doubts.ByArtifact[row.Piece.ArtifactId]);
    }

    [Fact]
    public async Task One_that_is_damaged_is_the_last_to_be_suggested_and_says_so()
    {
        var damaged = await _good.AddAsync("shop");
        await DamageAsync(damaged);

        var choice = await ChooseAsync();
        var probed = await ProbedAsync();

        Assert.Equal(_good.Id, choice.SuggestedBackup);
        Assert.Equal(damaged, choice.Newest!.Id);
        Assert.Equal(["damaged: Its object is gone"], choice.Newest.Warnings);
        Assert.Equal(["damaged: Its object is gone"], choice.Parts.Single(p => p.BackupId == damaged).Warnings);
        Assert.Equal(_good.Id, probed);

        await _good.WarnAsync(_good.Id);
        Assert.Equal(_good.Id, (await ChooseAsync()).SuggestedBackup);
        Assert.Equal(_good.Id, await ProbedAsync());

        await DamageAsync(_good.Id);
        Assert.Equal(damaged, (await ChooseAsync()).SuggestedBackup);
        Assert.Equal(damaged, await ProbedAsync());
        Assert.Null(Assert.Single(await RowsAsync()).Piece);
    }

    [Fact]
    public async Task Databases_that_a_servers_backup_lacks_are_named()
    {
        var partial = await _good.AddAsync("shop", "crm");
        await _good.ExecuteAsync($"""
            UPDATE backup_jobs SET status = 'partial' WHERE id = {partial};
            UPDATE backup_artifacts SET status = 'failed', stored_at = NULL WHERE job_id = {partial} AND database = 'crm'
            """);

        var row = Assert.Single(await RowsAsync());
        var doubts = await DoubtsAsync(partial);

        Assert.Equal((partial, "shop"), (row.Piece!.BackupId, row.Piece.Database));
        Assert.Equal(["crm"], row.Piece.Missing);
        Assert.Equal(["crm"], Assert.Single(doubts.Sources).Missing);
    }

    private Task<int> DamageAsync(Guid backup) => _good.ExecuteAsync($"""
        UPDATE backup_jobs SET damaged_at = now() WHERE id = {backup};
        UPDATE backup_artifacts SET damaged_at = now(), damage = 'Its object is gone.' WHERE job_id = {backup}
        """);

    private Task<RestoreChoice> ChooseAsync() => AskAsync<RestoreChoices, RestoreChoice>(
        async choices => (await choices.ReadAsync(_good.Source, null, null, null, null, Cancel))!);

    private Task<IReadOnlyList<BatchRow>> RowsAsync() =>
        AskAsync<BatchRows, IReadOnlyList<BatchRow>>(rows => rows.ReadAsync([_good.Source], isBeside: true, Cancel));

    private Task<BatchDoubts> DoubtsAsync(Guid backup) =>
        AskAsync<BatchDoubtReader, BatchDoubts>(reader => reader.ReadAsync([backup], Cancel));

    /// <summary>The backup of a look at a target without one.</summary>
    private Task<Guid> ProbedAsync() => AskAsync<RestorePlans, Guid>(async plans => (await plans.ReadTargetAsync(
        new() { DataSourceId = _good.Source, Mode = RestoreMode.NewDatabase, UseSourceLogin = true, TargetDatabase = "copy" },
        Cancel))!.Backup.Id);

    private async Task<T> AskAsync<TService, T>(Func<TService, Task<T>> ask)
        where TService : notnull
    {
        await using var scope = _good.App.Services.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredService<TService>());
    }
}
