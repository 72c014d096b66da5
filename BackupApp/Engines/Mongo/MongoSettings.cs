using System.Security.Cryptography.X509Certificates;
using MongoDB.Driver;

namespace BackupApp.Engines.Mongo;

/// <summary>The driver's settings for a login that is to find out what mongodump will find.</summary>
internal static class MongoSettings
{
    /// <param name="connection">With its members resolved.</param>
    /// <param name="limit">For finding a server and for connecting.</param>
    public static MongoClientSettings For(DatabaseConnection connection, TlsMaterial material, TimeSpan limit)
    {
        var parameters = connection.Parameters;
        var set = parameters.GetValueOrDefault("replicaSet");
        var servers = connection.Servers.Select(s => new MongoServerAddress(s.Host, s.Port)).ToArray();
        var settings = new MongoClientSettings
        {
            Servers = servers,
            ReplicaSetName = set,
            // mongodump takes one server without a replica set's name for the one to read from, and so do we.
            DirectConnection = servers.Length == 1 && (set is null || parameters.GetValueOrDefault("directConnection") == "true"),
            Credential = Credential(connection),
            ReadPreference = ReadPreferenceOf(parameters),
            ApplicationName = parameters.GetValueOrDefault("appName", "BackupApp"),
            ConnectTimeout = limit,
            ServerSelectionTimeout = limit,
            HeartbeatInterval = TimeSpan.FromMilliseconds(500),
            MaxConnectionPoolSize = 2,
            RetryReads = false,
            RetryWrites = false,
            UseTls = connection.TlsMode != TlsMode.Disable,
            // The driver shares its clusters between clients of equal settings; an own function makes these unequal to all others.
            ClusterConfigurator = _ => GC.KeepAlive(material),
        };
        if (settings.UseTls)
        {
            settings.SslSettings = new SslSettings
            {
                CheckCertificateRevocation = false,
                ClientCertificates = material.Client.Take(1),
                ServerCertificateValidationCallback = (_, certificate, chain, errors) =>
                    !connection.VerifiesServer() || Accept(certificate, chain, errors, material),
            };
        }

        return settings;
    }

    public static ReadPreference ReadPreferenceOf(IReadOnlyDictionary<string, string> parameters)
    {
        var mode = Enum.Parse<ReadPreferenceMode>(
            parameters.GetValueOrDefault("readPreference", nameof(ReadPreferenceMode.Primary)), ignoreCase: true);
        if (mode == ReadPreferenceMode.Primary)
            return ReadPreference.Primary;
        var preference = new ReadPreference(mode);
        return parameters.TryGetValue("readPreferenceTags", out var tags)
            ? preference.With(tagSets: [new TagSet(tags.Split(',').Select(t => t.Split(':')).Select(t => new Tag(t[0], t[1])))])
            : preference;
    }

    private static MongoCredential? Credential(DatabaseConnection connection)
    {
        var mechanism = connection.Security.Mechanism;
        if (mechanism == MongoConnections.X509)
            return MongoCredential.CreateMongoX509Credential(connection.Username.Length == 0 ? null : connection.Username);
        if (connection.Username.Length == 0)
            return null;
        var source = connection.Security.AuthSource ?? MongoConnections.DefaultAuthSource;
        return mechanism is null
            ? MongoCredential.CreateCredential(source, connection.Username, connection.Secrets.Password)
            : new MongoCredential(
                mechanism,
                new MongoInternalIdentity(source, connection.Username),
                new PasswordEvidence(connection.Secrets.Password));
    }

    // The driver offers no chain policy, so the chain is built again, with what the server sent.
    private static bool Accept(
        X509Certificate? certificate, X509Chain? sent, System.Net.Security.SslPolicyErrors errors, TlsMaterial material)
    {
        const System.Net.Security.SslPolicyErrors OfTheName =
            System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch
            | System.Net.Security.SslPolicyErrors.RemoteCertificateNotAvailable;
        if ((errors & OfTheName) != 0 || certificate is not X509Certificate2 own)
            return false;
        using var chain = new X509Chain { ChainPolicy = material.ChainPolicy() };
        if (sent is not null)
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        return chain.Build(own);
    }
}
