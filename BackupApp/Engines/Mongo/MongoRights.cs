using System.Text.Json;
using MongoDB.Bson;
using MongoDB.Driver;

namespace BackupApp.Engines.Mongo;

/// <summary>What a login may not read though a backup needs it.</summary>
internal sealed class MongoRights(MongoPrivileges privileges)
{
    private const int MostNames = 5;

    private static readonly string[] OfEveryDatabase = ["find", "listCollections", "listIndexes"];

    private static readonly string[] ToRestore = ["insert", "createCollection", "createIndex", "dropCollection", "listCollections"];

    /// <summary>One sentence that names what is missing, or null when the login may read everything that is selected.</summary>
    /// <exception cref="MongoCommandException">It could not be found out.</exception>
    public static async Task<string?> FindMissingAsync(MongoSession session, DumpSelection selection, CancellationToken cancellationToken)
    {
        if (await MongoPrivileges.ReadAsync(session, cancellationToken) is not { } granted)
            return null;

        var rights = new MongoRights(granted);
        var user = $"The user \"{session.Connection.Username}\"";
        return selection.Scope == SourceScope.Server
            ? await rights.OfServerAsync(session, user, selection.Oplog, cancellationToken)
            : await rights.OfDatabaseAsync(session, user, selection, cancellationToken);
    }

    /// <summary>The actions that a login lacks to restore into a database; none where the server asks for no login.</summary>
    /// <exception cref="MongoCommandException">It could not be found out.</exception>
    public static async Task<IReadOnlyList<string>> FindMissingToWriteAsync(
        MongoSession session, string database, CancellationToken cancellationToken)
    {
        if (await MongoPrivileges.ReadAsync(session, cancellationToken) is not { } granted)
            return [];
        return [.. ToRestore.Where(action => !granted.May(action, database, ""))];
    }

    /// <summary>The command that mends it.</summary>
    public static string Grant(DatabaseConnection connection)
    {
        var wholeServer = connection.Database.Length == 0;
        var source = connection.Security.AuthSource ?? MongoConnections.DefaultAuthSource;
        var user = connection.Username.Length == 0 ? "<the certificate's subject>" : connection.Username;
        return $"As an administrator run in mongosh: db.getSiblingDB({Quote(source)}).grantRolesToUser({Quote(user)}, "
            + $"[{{ role: \"{(wholeServer ? "backup" : "read")}\", db: {Quote(wholeServer ? "admin" : connection.Database)} }}])";
    }

    private async Task<string?> OfServerAsync(MongoSession session, string user, bool oplog, CancellationToken cancellationToken)
    {
        if (OfEveryDatabase.Where(action => !privileges.May(action, "", "")).ToList() is { Count: > 0 } missing)
            return $"{user} may not read every database: it lacks {string.Join(", ", missing)}.";
        if (!await MayReadAsync(session, "admin", "system.users", cancellationToken))
            return $"{user} may read the databases, but not the server's users and roles, which belong to a whole server's backup.";
        return oplog && !await MayReadAsync(session, "local", "oplog.rs", cancellationToken)
            ? $"{user} may not read the oplog (local.oplog.rs)."
            : null;
    }

    private async Task<string?> OfDatabaseAsync(
        MongoSession session, string user, DumpSelection selection, CancellationToken cancellationToken)
    {
        var database = session.Connection.Database;
        var missing = OfEveryDatabase.Where(action => !privileges.May(action, database, "")).ToList();
        if (missing.Count == 0)
            return null;
        if (!privileges.May("listCollections", database, ""))
            return $"{user} may not list what is in \"{database}\".";

        // Rights on single collections do as well, if they cover all that there is.
        var names = (await CollectionsAsync(session, database, cancellationToken)).Except(
            selection.ExcludeCollections, StringComparer.Ordinal);
        var unread = names.Where(name => missing.Exists(action => !privileges.May(action, database, name))).ToList();
        return unread.Count == 0
            ? null
            : $"{user} may not read "
                + $"{string.Join(", ", unread.Take(MostNames))}{(unread.Count > MostNames ? $" and {unread.Count - MostNames} more" : "")} "
                + $"in \"{database}\".";
    }

    private static async Task<List<string>> CollectionsAsync(MongoSession session, string database, CancellationToken cancellationToken)
    {
        var command = new BsonDocument
        {
            { "listCollections", 1 },
            { "nameOnly", true },
            { "cursor", new BsonDocument("batchSize", 10_000) },
        };
        var answer = await session.RunAsync(database, command, cancellationToken);
        return
        [
            .. answer["cursor"]["firstBatch"].AsBsonArray
                .Select(c => c["name"].AsString)
                .Where(name => !name.StartsWith("system.", StringComparison.Ordinal)),
        ];
    }

    // System collections follow rules of their own, so that it is tried.
    private static async Task<bool> MayReadAsync(
        MongoSession session, string database, string collection, CancellationToken cancellationToken)
    {
        try
        {
            await session.RunAsync(
                database,
                new BsonDocument
                {
                    { "find", collection },
                    { "limit", 1 },
                    { "singleBatch", true },
                },
                cancellationToken);
            return true;
        }
        catch (MongoCommandException e) when (MongoFailure.IsUnauthorized(e))
        {
            return false;
        }
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
