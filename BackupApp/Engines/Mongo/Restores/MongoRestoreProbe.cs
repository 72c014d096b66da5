using BackupApp.Engines.Restores;
using BackupApp.Network;
using MongoDB.Bson;
using MongoDB.Driver;

namespace BackupApp.Engines.Mongo.Restores;

/// <summary>Looks at a MongoDB server that is to be restored to.</summary>
internal sealed class MongoRestoreProbe(MongoConnector connector, NetworkOptions options)
{
    public async Task<TargetProbe> RunAsync(RestoreOrder order, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (order.Target.Engine != Engine.Mongodb)
        {
            return TargetProbe.Of(
                [new("engine_mismatch", CheckState.Bad, "This is a dump of MongoDB, and the target is none.",
                    "Choose a MongoDB server.")], null);
        }

        try
        {
            return await ReadAsync(order, limit, cancellationToken);
        }
        catch (ConnectException e)
        {
            return TargetProbe.Of([new(e.FailureCode, CheckState.Bad, e.Message, e.Advice)], null);
        }
    }

    /// <exception cref="ConnectException"/>
    public Task<TargetProbe> ReadAsync(RestoreOrder order, TimeSpan limit, CancellationToken cancellationToken) =>
        AskAsync(order.Target, limit, isLong: false, async (session, server, token) =>
        {
            var missing = await MissingAsync(session, order.Database, token);
            return TargetProbe.Of(
                [.. Checks(order, server, await CollectionsAsync(session, order.Database, token), missing)], server.Version);
        }, cancellationToken);

    public async Task<RestoreReadiness> CheckReadyAsync(DatabaseConnection connection, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            var missing = await AskAsync(
                connection, limit, false, (session, _, token) => MissingAsync(session, connection.Database, token), cancellationToken);
            return MongoReadyChecks.Of(connection, missing);
        }
        catch (ConnectException e)
        {
            return MongoReadyChecks.Of(e);
        }
    }

    /// <summary>Documents of each of these collections, counted one by one.</summary>
    /// <exception cref="ConnectException"/>
    public Task<Dictionary<string, long>> CountAsync(
        RestoreOrder order, IReadOnlyList<string> collections, TimeSpan limit, CancellationToken cancellationToken) =>
        AskAsync(order.Target, limit, isLong: true, async (session, _, _) =>
        {
            var counted = new Dictionary<string, long>();
            foreach (var collection in collections)
                counted[collection] = await CountAsync(session, order.Database, collection, cancellationToken);
            return counted;
        }, cancellationToken);

    /// <summary>All that is in the database, but for what belongs to the server.</summary>
    /// <exception cref="ConnectException"/>
    public Task<IReadOnlyList<string>> ListAsync(RestoreOrder order, TimeSpan limit, CancellationToken cancellationToken) => AskAsync(
        order.Target, limit, isLong: false, (session, _, token) => CollectionsAsync(session, order.Database, token), cancellationToken);

    /// <summary>Drops these collections, where they are there. Whoever may restore may drop them; a whole database, not.</summary>
    /// <returns>What is in the database still.</returns>
    /// <exception cref="ConnectException"/>
    public Task<IReadOnlyList<string>> DropAsync(
        RestoreOrder order, IReadOnlySet<string> collections, TimeSpan limit, CancellationToken cancellationToken) => AskAsync(
        order.Target,
        limit,
        isLong: true,
        async (session, _, token) =>
        {
            // What a tool that was ended had just sent can make a collection anew, once.
            for (var look = 0; ; look++)
            {
                var there = await CollectionsAsync(session, order.Database, token);
                var ours = there.Where(collections.Contains).ToList();
                if (ours.Count == 0 || look > 1)
                    return there;
                foreach (var name in ours)
                    await session.ChangeAsync(order.Database, new("drop", name), token);
            }
        },
        cancellationToken);

    private static IEnumerable<TargetCheck> Checks(
        RestoreOrder order, ServerInfo server, IReadOnlyList<string> there, IReadOnlyList<string> missing)
    {
        yield return new("reachable", CheckState.Good, $"MongoDB {server.Version} answers at {order.Target.Host}.");
        yield return server.Encrypted
            ? new("encryption", CheckState.Good,
                $"The connection is encrypted; the certificate is {(server.Verified ? "" : "not ")}checked.")
            : new("encryption", CheckState.Note, "The connection is not encrypted: whoever is in between can read what is restored.");
        if (missing.Count > 0)
        {
            yield return new(
                "target_not_writable", CheckState.Bad,
                    $"The login lacks what a restore needs in \"{order.Database}\": {string.Join(", ", missing)}.",
                Grant(order.Target, order.Database));
        }

        if (order.Mode != RestoreMode.Overwrite)
        {
            yield return there.Count == 0
                ? new("name_free", CheckState.Good, $"There is nothing in \"{order.Database}\" yet.")
                : new("database_already_exists", CheckState.Bad, $"There is something in \"{order.Database}\" already.",
                    "Choose another name.");
            yield break;
        }

        var kept = there.Except((order.Dump.Inventory?.Tables ?? []).Select(t => t.Name)).ToList();
        yield return new(
            "drops", CheckState.Note, "MongoDB cannot rename databases: each collection of the backup is dropped there and restored.");
        if (order.Dump.Inventory is not null && kept.Count > 0)
            yield return new(
                "newer_collections", CheckState.Note, $"Not in the backup, and left as they are: {string.Join(", ", kept.Take(10))}.");
    }

    public static string Grant(DatabaseConnection target, string database) =>
        $"db.getSiblingDB({new BsonString(target.Security.AuthSource ?? "admin").ToJson()}).grantRolesToUser("
        + $"{new BsonString(target.Username).ToJson()}, [{{ role: \"readWrite\", db: {new BsonString(database).ToJson()} }}])";

    private static Task<IReadOnlyList<string>> MissingAsync(MongoSession session, string database, CancellationToken cancellationToken) =>
        MongoRights.FindMissingToWriteAsync(session, database, cancellationToken);

    private static async Task<IReadOnlyList<string>> CollectionsAsync(
        MongoSession session, string database, CancellationToken cancellationToken)
    {
        var command = new BsonDocument { { "listCollections", 1 }, { "nameOnly", true }, { "authorizedCollections", true },
            { "cursor", new BsonDocument("batchSize", 10_000) } };
        var answer = await session.RunAsync(database, command, cancellationToken);
        return [.. answer["cursor"]["firstBatch"].AsBsonArray.Select(c => c["name"].AsString)
            .Where(n => !n.StartsWith("system.", StringComparison.Ordinal))];
    }

    private static async Task<long> CountAsync(
        MongoSession session, string database, string collection, CancellationToken cancellationToken)
    {
        var group = new BsonDocument("$group", new BsonDocument { { "_id", BsonNull.Value }, { "n", new BsonDocument("$sum", 1L) } });
        var answer = await session.RunAsync(
            database,
            new BsonDocument { { "aggregate", collection }, { "pipeline", new BsonArray { group } }, { "cursor", new BsonDocument() } },
            cancellationToken);
        return answer["cursor"]["firstBatch"].AsBsonArray.FirstOrDefault()?["n"].ToInt64() ?? 0;
    }

    private async Task<T> AskAsync<T>(
        DatabaseConnection target,
        TimeSpan limit,
        bool isLong,
        Func<MongoSession, ServerInfo, CancellationToken, Task<T>> ask,
        CancellationToken cancellationToken)
    {
        var (session, server) = await connector.OpenAsync(target, limit, cancellationToken);
        using (session)
        {
            using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (!isLong)
                timer.CancelAfter(limit);
            try
            {
                return await ask(session, server, timer.Token);
            }
            catch (Exception e) when (
                (e is MongoException or TimeoutException or OperationCanceledException) && !cancellationToken.IsCancellationRequested)
            {
                throw MongoFailure.Of(e, session.Connection, session, limit, options);
            }
        }
    }
}
