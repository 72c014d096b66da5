using BackupApp.Engines.Restores;
using BackupApp.Errors;
using Npgsql;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>Finds out what a restore left whose worker is gone. Names may have been changed by people meanwhile: the noted
/// numbers decide.</summary>
internal sealed class RestoreSettlement(TargetServers servers, TimeProvider time)
{
    // What the tool calls itself; the questions of this process have another name.
    private const string IsAtWork = """
        SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user
            AND pid <> pg_backend_pid() AND application_name = $1)
        """;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public async Task<RestoreRemains> RunAsync(RestoreOrder order, RestoreMarks marks, CancellationToken cancellationToken)
    {
        if (marks.Filling is { } filling)
            return await FilledAsync(order, filling, cancellationToken);
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

    // It was there before: it is never dropped, and whatever has come into it is a person's to look at.
    private async Task<RestoreRemains> FilledAsync(RestoreOrder order, KeptDatabase filling, CancellationToken cancellationToken)
    {
        var server = await servers.ConnectAsync(order.Target with { Database = filling.Name }, cancellationToken);
        await using var session = await server.OpenAsync(filling.Name, cancellationToken);
        try
        {
            await WaitForToolAsync(session.Connection, order.Target, cancellationToken);
            return await TargetFacts.ObjectsAsync(session.Connection, cancellationToken) == 0
                ? new(RestoreStanding.AsBefore, null, $"The target is as it was: \"{filling.Name}\" is empty.")
                : new(RestoreStanding.Touched, null, $"\"{filling.Name}\" is not empty any more: what was restored until then is in it, "
                    + "and was not found to be all. Look at it, or drop it and make it anew before another try.");
        }
        catch (NpgsqlException e)
        {
            throw ServerRefusal.AfterLogin(e, server.Target);
        }
    }

    // The tool does not end with the process that started it: what it is at by itself may yet come to a good end, or to none.
    private async Task WaitForToolAsync(NpgsqlConnection connection, DatabaseConnection target, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (await Sql.ScalarAsync<bool>(connection, IsAtWork, cancellationToken, PgConnection.ApplicationName(target)))
        {
            if (time.GetElapsedTime(started) > Longest)
                throw new RestoreFailedException(
                    RunStage.Restore, "still_restoring", "pg_restore is still at work there, though nobody waits for it any more.");
            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
