using BackupApp.Api.Requests;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Engines.Mongo;

namespace BackupApp.Api;

/// <summary>Credentials as the API takes them, as the input that the pages fill in too.</summary>
internal static class Credentials
{
    /// <param name="prefix">Where the credentials are in the body: empty, or <c>credential.</c>.</param>
    public static FieldNames Names(string prefix, CredentialMode? mode)
    {
        string In(string field, string engine = "postgres") =>
            mode == CredentialMode.ConnectionUri ? prefix + "uri" : $"{prefix}fields.{engine}.{field}";
        return new FieldNames(
            (nameof(DataSourceInput.Uri), prefix + "uri"),
            (nameof(DataSourceInput.Host), In("host")),
            (nameof(DataSourceInput.Port), In("port")),
            (nameof(DataSourceInput.Database), In("db")),
            (nameof(DataSourceInput.Username), In("user")),
            (nameof(DataSourceInput.Password), In("password")),
            (nameof(DataSourceInput.TlsMode), In("sslmode")),
            (nameof(DataSourceInput.Parameters), In("params")),
            ("Mongo.Hosts", In("hosts", "mongodb")),
            ("Mongo.Database", In("db", "mongodb")),
            ("Mongo.Username", In("user", "mongodb")),
            ("Mongo.Password", In("password", "mongodb")),
            ("Mongo.TlsMode", In("tls", "mongodb")),
            ("Mongo.AuthSource", In("authSource", "mongodb")),
            ("Mongo.Mechanism", In("authMechanism", "mongodb")),
            ("Mongo.ReplicaSet", In("replicaSet", "mongodb")),
            ("Mongo.Parameters", In("params", "mongodb")),
            (nameof(DataSourceInput.CaCertificatePem), prefix + "caCertificatePem"),
            (nameof(DataSourceInput.ClientCertificatePem), prefix + "clientCertificatePem"),
            (nameof(DataSourceInput.ClientKeyPem), prefix + "clientKeyPem"),
            ("RestoreLogin.Username", prefix + "restoreLogin.user"),
            ("RestoreLogin.Password", prefix + "restoreLogin.password"));
    }

    public static void Apply(this SetCredentialsRequest? request, DataSourceInput input)
    {
        input.Mode = request?.Mode ?? CredentialMode.Fields;
        input.Uri = request?.Uri;
        input.CaCertificatePem = request?.CaCertificatePem;
        input.ClientCertificatePem = request?.ClientCertificatePem;
        input.ClientKeyPem = request?.ClientKeyPem;
        if (request?.RemoveRestoreLogin == true)
            input.RestoreLogin = new();
        if (request?.RestoreLogin is { } restores)
            input.RestoreLogin = new() { Username = restores.User, Password = restores.Password };
        if (request?.Fields?.Mongodb is { } mongo)
            Apply(mongo, input.Mongo);
        var fields = request?.Fields?.Postgres;
        input.Host = fields?.Host;
        input.Port = fields?.Port;
        input.Database = fields?.Db;
        input.Username = fields?.User;
        input.Password = fields?.Password;
        input.Parameters = fields?.Params;
        input.TlsMode = fields?.Sslmode switch
        {
            RequestedSslMode.Disable => TlsMode.Disable,
            RequestedSslMode.Require => TlsMode.Require,
            RequestedSslMode.VerifyCa => TlsMode.VerifyCa,
            RequestedSslMode.VerifyFull => TlsMode.VerifyFull,
            RequestedSslMode.Prefer or RequestedSslMode.Allow => TlsMode.Prefer, // allow is never weaker
            _ => null,
        };
        input.ChannelBinding = fields?.ChannelBinding;
        input.TlsNegotiation = fields?.SslNegotiation;
    }

    private static void Apply(MongoFields request, Engines.Mongo.MongoFields input)
    {
        input.Srv = request.Scheme == MongoScheme.MongodbSrv;
        input.Hosts = input.Srv ? request.SrvHost : string.Join('\n', request.Hosts ?? []);
        input.Database = request.Db;
        input.Username = request.User;
        input.Password = request.Password;
        input.AuthSource = request.AuthSource ?? input.AuthSource;
        input.ReplicaSet = request.ReplicaSet;
        // Unverified encryption has to be asked for by name, with a parameter of a URI.
        input.TlsMode = (request.Tls, input.Srv) switch
        {
            (true, _) or (null, true) => TlsMode.VerifyFull,
            (false, _) => TlsMode.Disable,
            _ => null,
        };
        input.Mechanism = request.AuthMechanism;
        input.Parameters = string.Join(
            '&',
            (request.Params ?? []).Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));
    }

    public static RequestedSslMode ToSslMode(this TlsMode mode) => mode switch
    {
        TlsMode.Disable => RequestedSslMode.Disable,
        TlsMode.Require => RequestedSslMode.Require,
        TlsMode.VerifyCa => RequestedSslMode.VerifyCa,
        TlsMode.VerifyFull => RequestedSslMode.VerifyFull,
        _ => RequestedSslMode.Prefer,
    };
}
