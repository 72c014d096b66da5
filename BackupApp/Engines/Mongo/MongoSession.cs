using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;
using MongoDB.Driver.Core.Servers;

namespace BackupApp.Engines.Mongo;

/// <summary>One open login. Dispose ends it and the driver's watchers.</summary>
/// <param name="connection">With its members resolved.</param>
internal sealed class MongoSession(DatabaseConnection connection, MongoHello hello, TlsMaterial material, TimeSpan limit) : IDisposable
{
    private readonly MongoClient _client = new(MongoSettings.For(connection, material, limit));

    public DatabaseConnection Connection => connection;

    public MongoHello Hello => hello;

    public IReadOnlyList<ServerDescription> Servers => _client.Cluster.Description.Servers;

    /// <summary>Runs a command where the read preference leads.</summary>
    /// <exception cref="MongoException"/>
    /// <exception cref="TimeoutException">No server could be used.</exception>
    public Task<BsonDocument> RunAsync(string database, BsonDocument command, CancellationToken cancellationToken) =>
        _client.GetDatabase(database)
            .RunCommandAsync<BsonDocument>(command, MongoSettings.ReadPreferenceOf(connection.Parameters), cancellationToken);

    /// <summary>Runs a command that changes something: that only a primary does.</summary>
    /// <exception cref="MongoException"/>
    /// <exception cref="TimeoutException">No server could be used.</exception>
    public Task<BsonDocument> ChangeAsync(string database, BsonDocument command, CancellationToken cancellationToken) =>
        _client.GetDatabase(database).RunCommandAsync<BsonDocument>(command, ReadPreference.Primary, cancellationToken);

    public void Dispose()
    {
        // Disposing the client alone leaves its cluster in the driver's registry, with connections and watchers.
        ClusterRegistry.Instance.UnregisterAndDisposeCluster(_client.Cluster);
        _client.Dispose();
        material.Dispose();
    }

    public override string ToString() => $"session with {connection}";
}
