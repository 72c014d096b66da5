using BackupApp.Errors;

namespace BackupApp.Engines.Restores;

/// <summary>For an engine whose dumps this program does not bring back yet. It says so wherever it is asked.</summary>
internal sealed class NoRestore(string why) : IEngineRestore
{
    private const string Code = "unsupported_engine";

    public Task<TargetProbe> ProbeAsync(RestoreOrder order, CancellationToken cancellationToken) =>
        Task.FromResult(TargetProbe.Of([new(Code, CheckState.Bad, why)], null));

    public Task<RestoreReadiness> CheckReadyAsync(DatabaseConnection connection, CancellationToken cancellationToken) =>
        Task.FromResult(new RestoreReadiness(false, why));

    public Task<RestoreReport> RestoreAsync(RestoreOrder order, IRestoreSteps steps, CancellationToken cancellationToken) =>
        throw Refused();

    public Task<SwapReport> UndoAsync(SwapOrder order, IRestoreSteps steps, CancellationToken cancellationToken) => throw Refused();

    public Task DropKeptAsync(SwapOrder order, CancellationToken cancellationToken) => throw Refused();

    public Task<RestoreRemains> SettleAsync(RestoreOrder order, RestoreMarks marks, CancellationToken cancellationToken) =>
        Task.FromResult(new RestoreRemains(RestoreStanding.AsBefore, null, "Nothing was changed."));

    private RestoreFailedException Refused() => new(RunStage.Restore, Code, why);
}
