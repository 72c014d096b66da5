namespace BackupApp.Engines.Mongo;

/// <summary>The single fields of a MongoDB connection, as entered.</summary>
public sealed class MongoFields
{
    /// <summary>One <c>host</c> or <c>host:port</c> per line; commas do too.</summary>
    public string? Hosts { get; set; }

    /// <summary>The host is a name under which DNS lists the members.</summary>
    public bool Srv { get; set; }

    /// <summary>Not read when the whole server is backed up.</summary>
    public string? Database { get; set; }

    /// <summary>Empty for a server that asks for no login.</summary>
    public string? Username { get; set; }

    public string? Password { get; set; }

    /// <summary>The database in which the user was created.</summary>
    public string? AuthSource { get; set; } = MongoConnections.DefaultAuthSource;

    public string? ReplicaSet { get; set; }

    public string? ReadPreference { get; set; }

    /// <summary>Null = the strongest that works, or as stored where the source stays at its server.</summary>
    public TlsMode? TlsMode { get; set; }

    /// <summary>How the user logs in; empty leaves it to the server, among the ways that never send the password.</summary>
    public string? Mechanism { get; set; }

    /// <summary>Further parameters as in a URI: <c>compressors=zstd&amp;appName=backup</c>.</summary>
    public string? Parameters { get; set; }

    internal static MongoFields From(DatabaseConnection connection)
    {
        var parameters = new Dictionary<string, string>(connection.Parameters);
        return new()
        {
            Hosts = connection.Srv ? connection.Host : string.Join('\n', connection.Servers),
            Srv = connection.Srv,
            Database = connection.Database,
            Username = connection.Username,
            TlsMode = connection.TlsMode,
            AuthSource = connection.Security.AuthSource,
            Mechanism = connection.Security.Mechanism,
            ReplicaSet = Take("replicaSet"),
            ReadPreference = Take("readPreference"),
            Parameters = MongoUri.WriteParameters(parameters.OrderBy(p => p.Key, StringComparer.Ordinal)),
        };

        string? Take(string name) => parameters.Remove(name, out var value) ? value : null;
    }
}
