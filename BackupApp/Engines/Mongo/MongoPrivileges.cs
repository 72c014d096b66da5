using MongoDB.Bson;
using MongoDB.Driver;

namespace BackupApp.Engines.Mongo;

/// <summary>What a login may do, as the server says.</summary>
internal sealed class MongoPrivileges
{
    private readonly List<(BsonDocument Resource, HashSet<string> Actions)> _privileges;

    private MongoPrivileges(BsonArray privileges) =>
        _privileges = [
            .. privileges
                .Select(p => p.AsBsonDocument)
                .Select(p => (p["resource"].AsBsonDocument, p["actions"].AsBsonArray.Select(a => a.AsString).ToHashSet())),
        ];

    /// <returns>Null where the server asks for no login, so that everybody may do everything.</returns>
    /// <exception cref="MongoCommandException">It could not be found out.</exception>
    public static async Task<MongoPrivileges?> ReadAsync(MongoSession session, CancellationToken cancellationToken)
    {
        var status = await session.RunAsync(
            "admin", new BsonDocument { { "connectionStatus", 1 }, { "showPrivileges", true } }, cancellationToken);
        var login = status["authInfo"].AsBsonDocument;
        return login["authenticatedUsers"].AsBsonArray.Count > 0 && login.TryGetValue("authenticatedUserPrivileges", out var privileges)
            ? new MongoPrivileges(privileges.AsBsonArray)
            : null;
    }

    /// <param name="collection">Empty: every collection of the database. An empty database stands for every one.</param>
    public bool May(string action, string database, string collection) =>
        _privileges.Exists(p => p.Actions.Contains(action) && Covers(p.Resource, database, collection));

    private static bool Covers(BsonDocument resource, string database, string collection)
    {
        if (resource.Contains("anyResource"))
            return true;
        return resource.TryGetValue("db", out var db) && resource.TryGetValue("collection", out var named)
            && (db == "" || db == database) && (named == "" || (collection.Length > 0 && named == collection));
    }
}
