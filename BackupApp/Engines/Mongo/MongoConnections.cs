namespace BackupApp.Engines.Mongo;

/// <summary>
/// Puts a MongoDB connection together from what was entered, so that the driver, mongodump and the form all read the same in it.
/// </summary>
internal static class MongoConnections
{
    public const string X509 = "MONGODB-X509";
    public const string External = "$external";
    public const string DefaultAuthSource = "admin";
    public const string MechanismParameter = "authMechanism";
    public const string SourceParameter = "authSource";

    private const string AnyMechanism = "DEFAULT";

    /// <param name="mode">Null when nobody said.</param>
    /// <param name="parameters">All of them; what means security is taken out.</param>
    /// <param name="database">Empty for a whole server, or when only DNS can tell.</param>
    public static DatabaseConnection Make(
        IReadOnlyList<ServerAddress> servers, bool srv, string database, string username, string? password, TlsMode? mode,
        Dictionary<string, string> parameters, Dictionary<string, string> problems)
    {
        var mechanism = parameters.Remove(MechanismParameter, out var named) && named != AnyMechanism ? named : null;
        var x509 = mechanism == X509;
        if (x509 && (mode ?? TlsMode.Disable) == TlsMode.Disable)
            problems.TryAdd("authMechanism", "A login by client certificate needs an encrypted connection: add tls=true.");
        if (parameters.GetValueOrDefault("directConnection") == "true" && (srv || servers.Count > 1))
            problems.TryAdd("directConnection", "A direct connection goes to one server: name only one, or remove this parameter.");
        if (parameters.ContainsKey("readPreferenceTags") && parameters.GetValueOrDefault("readPreference", "primary") == "primary")
            problems.TryAdd("readPreferenceTags", "Tags need a read preference other than primary.");

        // Written out, since mongodump would otherwise log in at the database that it dumps. With srv, DNS may still name another one.
        var source = parameters.Remove(SourceParameter, out var given) ? given : null;
        if (x509)
            source = External;
        else if (username.Length > 0 && !srv)
            source ??= database.Length > 0 ? database : DefaultAuthSource;

        var security = new ConnectionSecurity(mode ?? TlsMode.Disable) { Mechanism = mechanism, AuthSource = source };
        var first = servers.Count > 0 ? servers[0] : new("", 0);
        return new(Engine.Mongodb, first.Host, first.Port, database, username, security, parameters, new(password))
        {
            OtherHosts = [.. servers.Skip(1)],
            Srv = srv,
            ChoosesTls = mode is null,
        };
    }
}
