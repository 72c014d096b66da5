using BackupApp.Engines.Postgres.Archives;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Tools;
using Npgsql;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>How dumps of PostgreSQL are brought back.</summary>
public sealed class PostgresRestore : IEngineRestore
{
    private readonly TargetServers _servers;
    private readonly RestoreProbe _probe;
    private readonly PgRestore _tool;
    private readonly TimeProvider _time;

    /// <param name="privateParent">Folder under which each restore gets a private one, for its list and its certificates.</param>
    public PostgresRestore(PostgresLogin login, PostgresConnector connector, PgTools tools, string privateParent, TimeProvider time)
    {
        _servers = new(login, connector, time);
        _probe = new(_servers);
        _tool = new(tools, connector, privateParent, time);
        _time = time;
    }

    public Task<TargetProbe> ProbeAsync(RestoreOrder order, CancellationToken cancellationToken) =>
        _probe.RunAsync(order, cancellationToken);

    public async Task<IReadOnlyList<TargetCheck>> LookAsync(
        Stream dump, RestoreSelection selection, CancellationToken cancellationToken) =>
        PickedChecks.Of(PickedEntries.Of(await ArchiveHead.ReadAsync(dump, cancellationToken), selection));

    public IReadOnlyList<RestoreStep> AfterServer => [NextSteps.AnalyzeAll];

    public Task<RestoreReadiness> CheckReadyAsync(
        DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken) =>
        _probe.CheckReadyAsync(connection, selection, cancellationToken);

    public async Task<RestoreReport> RestoreAsync(RestoreOrder order, IRestoreSteps steps, CancellationToken cancellationToken)
    {
        steps.Report(new(RestorePhase.Connecting));
        var server = await _servers.ConnectAsync(order, cancellationToken);
        if (order.Dump.Kind == ArtifactKind.Globals)
            return await new GlobalsRestore(server, steps).RunAsync(order, cancellationToken);
        return await new DatabaseRestore(order, server, steps, new(_tool, steps, _time), _time).RunAsync(cancellationToken);
    }

    public async Task<SwapReport> UndoAsync(SwapOrder order, IRestoreSteps steps, CancellationToken cancellationToken)
    {
        steps.Report(new(RestorePhase.Connecting));
        var server = await _servers.ConnectAnywhereAsync(order.Target with { Database = order.Database }, cancellationToken);
        var (current, traits) = await NamedAsync(server, order, cancellationToken);
        var outgoing = current is null ? null : new KeptDatabase(RestoreNames.Undone(order.Database, _time.GetUtcNow()), current.Oid);
        await new DatabaseSwap(server, steps, _time).RunAsync(new(order.Database, order.Kept, outgoing), traits, cancellationToken);
        return new(order.Database, order.Kept.Oid, outgoing);
    }

    public async Task DropKeptAsync(SwapOrder order, CancellationToken cancellationToken)
    {
        if (order.Kept.Name == order.Database || !RestoreNames.IsOurs(order.Kept.Name))
            throw new RestoreFailedException(
                RunStage.Swap, "not_ours", $"\"{order.Kept.Name}\" is no database that a restore has made or kept.");
        var server = await _servers.ConnectAnywhereAsync(order.Target with { Database = order.Database }, cancellationToken);
        try
        {
            await DatabaseDrop.RunAsync(server, order.Kept, cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw new RestoreFailedException(
                RunStage.Swap, "server_lost", $"The connection was lost while \"{order.Kept.Name}\" was being dropped.", inner: e)
            {
                IsUndecided = true,
            };
        }
    }

    public Task<RestoreRemains> SettleAsync(RestoreOrder order, RestoreMarks marks, CancellationToken cancellationToken) =>
        new RestoreSettlement(_servers, _time).RunAsync(order, marks, cancellationToken);

    // The one that comes back has its own properties still; one that was only restored, and not swapped in, gets those of the
    // one that it replaces. That may have been dropped meanwhile: then the name is free.
    private static async Task<(DatabaseRow? Current, IReadOnlyList<string> Traits)> NamedAsync(
        TargetServer server, SwapOrder order, CancellationToken cancellationToken)
    {
        try
        {
            var current = await FindAsync(server, order.Database, cancellationToken);
            if (!RestoreNames.IsRestoring(order.Kept.Name))
                return (current, []);
            return (current, [
                HalfMadeDatabase.Open(order.Database),
                .. current is null ? [] : await DatabaseRestore.TraitsAsync(server, order.Database, cancellationToken),
            ]);
        }
        catch (NpgsqlException e)
        {
            throw ServerRefusal.AfterLogin(e, server.Target);
        }
    }

    private static async Task<DatabaseRow?> FindAsync(TargetServer server, string database, CancellationToken cancellationToken)
    {
        await using var session = await server.OpenAsync(server.Target.Database, cancellationToken);
        return await TargetServer.FindAsync(session.Connection, database, cancellationToken);
    }
}
