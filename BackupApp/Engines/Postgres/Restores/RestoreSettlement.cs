using BackupApp.Engines.Restores;
using BackupApp.Errors;
using Npgsql;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>Finds out what a restore left whose worker is gone. Names may have been changed by people meanwhile: the noted
/// numbers decide.</summary>
internal sealed class RestoreSettlement(TargetServers servers)
{
    public async Task<RestoreRemains> RunAsync(RestoreOrder order, RestoreMarks marks, CancellationToken cancellationToken)
    {
        if (order.Mode == RestoreMode.NewServer)
            return new(RestoreStanding.AsBefore, null, Existing(order));
        if (marks.Made is null)
            return new(RestoreStanding.AsBefore, null, "Nothing had been made on the target.");

        var server = await servers.ConnectAnywhereAsync(RestoreProbe.Connection(order), cancellationToken);
        try
        {
            if (marks.Swap is { } swap && await InPlaceAsync(server, swap, cancellationToken) is { } remains)
                return remains;
            var dropped = await DatabaseDrop.RunAsync(server, marks.Made, cancellationToken);
            return new(RestoreStanding.AsBefore, null, dropped
                ? $"The target is as it was; the half-restored database \"{marks.Made.Name}\" was dropped."
                : "The target is as it was; nothing of the restore is left there.");
        }
        catch (NpgsqlException e)
        {
            throw ServerRefusal.AfterLogin(e, server.Target);
        }
    }

    private static async Task<RestoreRemains?> InPlaceAsync(TargetServer server, RestoreSwap swap, CancellationToken cancellationToken)
    {
        await using var session = await server.OpenElsewhereAsync([], cancellationToken);
        var restored = await TargetServer.FindAsync(session.Connection, swap.Incoming.Oid, cancellationToken);
        if (restored is null || restored.Name == swap.Incoming.Name)
            return null;
        var old = swap.Outgoing is null ? null : await TargetServer.FindAsync(session.Connection, swap.Outgoing.Oid, cancellationToken);
        return new(
            RestoreStanding.InPlace,
            old is null ? null : new(old.Name, old.Oid),
            $"The restored database is \"{restored.Name}\"" + (old is null ? "." : $"; the old one is whole, as \"{old.Name}\"."));
    }

    private static string Existing(RestoreOrder order) => order.GoOnPastErrors
        ? $"\"{order.Database}\" keeps what was restored until then: drop and make it anew before another try."
        : $"Nothing was kept in \"{order.Database}\": the restore was one transaction.";
}
