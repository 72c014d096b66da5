using BackupApp.Engines.Restores;
using BackupApp.Errors;
using Npgsql;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>
/// The database <c>postgres</c>, which every server has from the start: when a whole server is restored, an empty one makes room for the
/// backup's own by the same swap as an overwrite, and is dropped afterwards if it still is empty.
/// </summary>
internal sealed class EmptyPlace(RestoreOrder order, TargetServer server, IRestoreSteps steps, TimeProvider time)
{
    private const string FromTheStart = "postgres";

    public static bool IsWanted(RestoreOrder order) =>
        order is { IsOfServer: true, Mode: RestoreMode.NewDatabase, Database: FromTheStart };

    public static TargetCheck Check(RestoreOrder order, DatabaseRow there, TargetFacts facts) => (facts, there) switch
    {
        ({ Objects: > 0 }, _) => ProbeChecks.Bad(
            "database_already_exists", $"There is a database \"{order.Database}\" already, and it is not empty.",
            "Leave it out, or rename the one that is there."),
        (_, { IsOwned: false }) => ProbeChecks.Bad(
            "target_not_writable", $"\"{order.Database}\" is there, empty, and belongs to \"{there.Owner}\": the login may not replace it.",
            "Leave it out, or use a superuser's login."),
        ({ HasElsewhere: false }, _) => ProbeChecks.Bad(
            "privileges_missing", $"\"{order.Database}\" can only be replaced from another database, and the login may enter none.",
            $"Leave it out, or run: GRANT CONNECT ON DATABASE template1 TO {ServerRefusal.Quote(order.Target.Username)};"),
        _ => ProbeChecks.Good("database_empty", $"\"{order.Database}\" is there and empty, as on every server: it is replaced."),
    };

    /// <exception cref="ConnectException">It cannot be entered.</exception>
    public static async Task<long> CountAsync(TargetServer server, string database, CancellationToken cancellationToken)
    {
        await using var session = await server.OpenAsync(database, cancellationToken);
        try
        {
            return await TargetFacts.ObjectsAsync(session.Connection, cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw ServerRefusal.AfterLogin(e, server.Target);
        }
    }

    /// <summary>As it will be called after the swap; null where there is none to make room.</summary>
    public async Task<KeptDatabase?> FindAsync(CancellationToken cancellationToken)
    {
        if (!IsWanted(order))
            return null;
        await using var session = await server.OpenElsewhereAsync([], cancellationToken);
        var row = await TargetServer.FindAsync(session.Connection, order.Database, cancellationToken);
        return row is null ? null : new(RestoreNames.Before(order.Database, time.GetUtcNow()), row.Oid);
    }

    /// <summary>After the swap. It fails nothing: what cannot be dropped is told.</summary>
    /// <returns>The database that is kept, because somebody has used it meanwhile, or it could not be dropped.</returns>
    public async Task<KeptDatabase?> DropAsync(KeptDatabase emptied)
    {
        try
        {
            if (await CountAsync(server, emptied.Name, CancellationToken.None) == 0)
            {
                await DatabaseDrop.RunAsync(server, emptied, CancellationToken.None);
                return null;
            }
        }
        catch (Exception e) when (e is StagedException or NpgsqlException)
        {
            steps.Log($"(BackupApp: the emptied database could not be dropped: {e.Message})");
        }

        steps.Warn($"The database \"{order.Database}\" that was there is called \"{emptied.Name}\" now.");
        return emptied;
    }
}
