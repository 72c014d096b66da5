using BackupApp.Audit;
using BackupApp.Restores;
using BackupApp.Runs;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Restores;

/// <summary>A person changes their mind, at every stage of a restore.</summary>
[Collection(nameof(RunsOfOneApp))]
public sealed class CanceledRestoreTests(JobBench bench) : IAsyncLifetime
{
    private readonly List<ChangedDatabase> _databases = [];

    public async ValueTask InitializeAsync() => await bench.RequireAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases)
            await database.DropAsync();
    }

    [Fact]
    public async Task One_that_waits_ends_at_once_and_those_that_run_leave_the_target_as_it_was()
    {
        await using var connecting = await HoldAsync(HeldAt.Connect);
        await using var filling = await HoldAsync(HeldAt.Data);
        // Two may run at once.
        var waiting = await bench.Client.RestoreAsync(
            connecting.Database.Source, connecting.Database.Artifact, "Server",
            new() { ["TargetUri"] = connecting.Database.Server.Uri("postgres"), ["TargetDatabase"] = $"{connecting.Database.Name}_copy" });
        Assert.NotNull((await RestoreForms.ReadAsync(bench.App.Settings, waiting)).TargetCipher);

        foreach (var id in (Guid[])[waiting, connecting.Id, filling.Id])
        {
            await CancelAsync(id);
            await AssertCanceledAsync(id, hasStarted: id != waiting);
        }

        await connecting.ReleaseAsync();
        await connecting.Database.AssertAsBeforeAsync();
        await filling.Database.AssertAsBeforeAsync();
    }

    [Fact]
    public async Task Until_the_databases_change_names_it_can_be_canceled_and_then_it_is_too_late()
    {
        await using var counting = await HoldAsync(HeldAt.Counting);
        await using var swapping = await HoldAsync(HeldAt.Swap);

        await CancelAsync(swapping.Id);
        var late = await RestoreForms.ReadAsync(bench.App.Settings, swapping.Id);
        await swapping.ReleaseAsync();
        await CancelAsync(counting.Id);

        Assert.Equal((RunStatus.Running, false), (late.Status, late.CancelRequested));
        var job = await swapping.EndedAsync(bench.App.Settings);
        Assert.True(job.Status == RunStatus.Success, $"{job.Status} {job.ErrorSummary}");
        await swapping.Database.AssertReplacedAsync(job);
        await AssertCanceledAsync(counting.Id, hasStarted: true);
        await counting.Database.AssertAsBeforeAsync();
    }

    private async Task<HeldRestore> HoldAsync(HeldAt at)
    {
        _databases.Add(await ChangedDatabase.MakeAsync(bench.App.Settings, bench.Client, RestoreServer.Of(bench.Postgres)));
        return await HeldRestore.StartAsync(bench.Client, _databases[^1], at);
    }

    private async Task CancelAsync(Guid id) => await bench.Client.SubmitAsync($"/Restores/{id}", "?handler=Cancel", []);

    // That somebody asked for it is one entry, that it has come to its end another.
    private async Task AssertCanceledAsync(Guid id, bool hasStarted)
    {
        var job = await RestoreForms.RestoredAsync(bench.App.Settings, id);
        Assert.Equal((RunStatus.Canceled, CancelReason.User), (job.Status, job.CancelReason));
        Assert.Equal((null, false, null), (job.TargetCipher, job.InPlace, job.KeptDatabase));
        string[] ran = [AuditActions.RestoreStarted, AuditActions.RestoreCanceled, AuditActions.RestoreCanceled];
        Assert.Equal(
            [AuditActions.RestoreCreated, .. hasStarted ? ran : [AuditActions.RestoreCanceled]],
            await JobBench.AuditAsync(bench.App.Settings, id));
    }
}
