using BackupApp.Api.Requests;
using BackupApp.DataSources;

namespace BackupApp.Api;

/// <summary>Credentials as the API takes them, as the input that the pages fill in too.</summary>
internal static class Credentials
{
    /// <param name="prefix">Where the credentials are in the body: empty, or <c>credential.</c>.</param>
    public static FieldNames Names(string prefix, CredentialMode? mode)
    {
        var fields = mode == CredentialMode.ConnectionUri ? null : prefix + "fields.postgres.";
        string In(string field) => fields is null ? prefix + "uri" : fields + field;
        return new FieldNames(
            (nameof(DataSourceInput.Uri), prefix + "uri"),
            (nameof(DataSourceInput.Host), In("host")),
            (nameof(DataSourceInput.Port), In("port")),
            (nameof(DataSourceInput.Database), In("db")),
            (nameof(DataSourceInput.Username), In("user")),
            (nameof(DataSourceInput.Password), In("password")),
            (nameof(DataSourceInput.TlsMode), In("sslmode")),
            (nameof(DataSourceInput.Parameters), In("params")),
            (nameof(DataSourceInput.CaCertificatePem), prefix + "caCertificatePem"),
            (nameof(DataSourceInput.ClientCertificatePem), prefix + "clientCertificatePem"),
            (nameof(DataSourceInput.ClientKeyPem), prefix + "clientKeyPem"));
    }

    public static void Apply(this SetCredentialsRequest? request, DataSourceInput input)
    {
        input.Mode = request?.Mode ?? CredentialMode.Fields;
        input.Uri = request?.Uri;
        input.CaCertificatePem = request?.CaCertificatePem;
        input.ClientCertificatePem = request?.ClientCertificatePem;
        input.ClientKeyPem = request?.ClientKeyPem;
        var fields = request?.Fields?.Postgres;
        input.Host = fields?.Host;
        input.Port = fields?.Port;
        input.Database = fields?.Db;
        input.Username = fields?.User;
        input.Password = fields?.Password;
        input.Parameters = fields?.Params;
        input.TlsMode = fields?.Sslmode switch
        {
            SslMode.Disable => TlsMode.Disable,
            SslMode.Require => TlsMode.Require,
            SslMode.VerifyCa => TlsMode.VerifyCa,
            SslMode.VerifyFull => TlsMode.VerifyFull,
            _ => TlsMode.Prefer, // allow is never weaker
        };
    }

    public static SslMode ToSslMode(this TlsMode mode) => mode switch
    {
        TlsMode.Disable => SslMode.Disable,
        TlsMode.Require => SslMode.Require,
        TlsMode.VerifyCa => SslMode.VerifyCa,
        TlsMode.VerifyFull => SslMode.VerifyFull,
        _ => SslMode.Prefer,
    };
}
