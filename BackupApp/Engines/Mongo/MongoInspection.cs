using MongoDB.Bson;
using MongoDB.Driver;

namespace BackupApp.Engines.Mongo;

/// <summary>Questions to a server after the login.</summary>
internal static class MongoInspection
{
    private static readonly string[] OfServer = ["admin", "config", "local"];

    /// <summary>Fails where a dump would end well and hold nothing, or could not begin.</summary>
    /// <exception cref="ConnectException"><c>database_not_found</c>, or an oplog that is asked for and not there.</exception>
    public static async Task CheckAsync(MongoSession session, DumpSelection selection, CancellationToken cancellationToken)
    {
        if (selection.Oplog && (session.Hello.ReplicaSet is null || session.Hello.IsRouter))
        {
            throw new ConnectException(ConnectionTestCode.ServerError,
                session.Hello.IsRouter
                    ? "This is the router of a sharded cluster, which has no oplog."
                    : "The server is not a member of a replica set, so that it has no oplog.",
                "Switch off the writes made during the dump (oplog) for this data source.");
        }

        if (selection.Scope == SourceScope.Server)
            return;
        // mongodump ends with success and an empty archive when the database is not there.
        var database = session.Connection.Database;
        if ((await DatabasesAsync(session, new BsonDocument("name", database), cancellationToken)).Count > 0)
            return;
        var others = await DatabasesAsync(session, null, cancellationToken);
        throw new ConnectException(
            ConnectionTestCode.DatabaseNotFound,
            $"There is no database \"{database}\" on this server, or the user may see nothing of it.",
            "Check the name; upper and lower case count. MongoDB makes a database with its first document."
            + (others.Count == 0 ? "" : $" This user can see: {string.Join(", ", others)}."));
    }

    /// <summary>
    /// Fails where a whole server's dump would end well without all of it: a server lists only what a login may see.
    /// </summary>
    /// <exception cref="ConnectException"><c>privileges_missing</c></exception>
    public static async Task RequireAllAsync(MongoSession session, DumpSelection selection, CancellationToken cancellationToken)
    {
        if (selection.Scope != SourceScope.Server)
            return;
        string? missing;
        try
        {
            missing = await MongoRights.FindMissingAsync(session, selection, cancellationToken);
        }
        catch (MongoCommandException)
        {
            return; // It could not be found out.
        }

        if (missing is not null)
            throw new ConnectException(ConnectionTestCode.PrivilegesMissing, missing, MongoRights.Grant(session.Connection));
    }

    /// <summary>Bytes on the server's disk, or null where the user may not ask.</summary>
    public static async Task<long?> SizeAsync(MongoSession session, DumpSelection selection, CancellationToken cancellationToken)
    {
        try
        {
            if (selection.Scope == SourceScope.Server)
            {
                var list = await session.RunAsync("admin", new BsonDocument("listDatabases", 1), cancellationToken);
                return list.GetValue("totalSize", BsonNull.Value) is { IsNumeric: true } total ? total.ToInt64() : null;
            }

            var stats = await session.RunAsync(session.Connection.Database, new BsonDocument("dbStats", 1), cancellationToken);
            return (long)(stats.GetValue("storageSize", 0).ToDouble() + stats.GetValue("indexSize", 0).ToDouble());
        }
        catch (MongoCommandException)
        {
            return null;
        }
    }

    /// <summary>All databases that the user sees, but for the server's own.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(MongoSession session, CancellationToken cancellationToken) =>
        [.. (await DatabasesAsync(session, null, cancellationToken)).Except(OfServer, StringComparer.Ordinal)];

    private static async Task<List<string>> DatabasesAsync(MongoSession session, BsonDocument? filter, CancellationToken cancellationToken)
    {
        var command = new BsonDocument { { "listDatabases", 1 }, { "nameOnly", true } };
        if (filter is not null)
            command["filter"] = filter;
        return [.. (await session.RunAsync("admin", command, cancellationToken))["databases"].AsBsonArray.Select(d => d["name"].AsString)];
    }
}
