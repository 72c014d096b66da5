using DnsClient;
using MongoDB.Driver;

namespace BackupApp.Engines.Mongo;

/// <summary>Looks up what a <c>mongodb+srv</c> name stands for: the members, and what DNS says about login and replica set.</summary>
internal static class MongoResolver
{
    /// <summary>The connection with its members' own names; as it is when it names them already.</summary>
    /// <exception cref="ConnectException">DNS has no such list, or it may not be used.</exception>
    public static async Task<DatabaseConnection> ResolveAsync(DatabaseConnection connection, CancellationToken cancellationToken)
    {
        if (!connection.Srv)
            return connection;

        var url = await LookUpAsync(connection.Host, cancellationToken);
        var servers = MongoServers.Read(string.Join(',', url.Servers), srv: false, out var problem);
        if (problem is not null)
            throw Unusable(connection.Host, null);

        // What was entered wins over what DNS says.
        var parameters = new Dictionary<string, string>(connection.Parameters);
        if (url.ReplicaSetName is { } set)
            parameters.TryAdd("replicaSet", set);
        var source = connection.Security.AuthSource;
        if (connection.Username.Length > 0)
            source ??=
                url.AuthenticationSource ?? (connection.Database.Length > 0 ? connection.Database : MongoConnections.DefaultAuthSource);
        return connection with
        {
            Host = servers[0].Host,
            Port = servers[0].Port,
            OtherHosts = [.. servers.Skip(1)],
            Srv = false,
            Security = connection.Security with { AuthSource = source },
            Parameters = parameters,
        };
    }

    private static async Task<MongoUrl> LookUpAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await new MongoUrl($"mongodb+srv://{host}/").ResolveAsync(resolveHosts: true, cancellationToken);
        }
        catch (Exception e) when (e is MongoConfigurationException or FormatException)
        {
            throw Unusable(host, e);
        }
        catch (Exception e) when (e is DnsResponseException or TimeoutException)
        {
            throw new ConnectException(ConnectionTestCode.NetworkUnreachable, $"DNS gave no answer for the members of {host}.",
                "Check the spelling, and that this server's DNS works. "
                + "The address without +srv, with the members' names, needs no such look-up.",
                e)
            { Transient = true };
        }
    }

    private static ConnectException Unusable(string host, Exception? e) => new(
        ConnectionTestCode.NetworkUnreachable, $"DNS lists no usable members under {host}.",
        "Check the spelling: mongodb+srv needs SRV records named _mongodb._tcp before this name, whose servers belong to the same domain. "
        + "For a single server write mongodb://.",
        e)
    { Transient = true };
}
