using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Tools;

namespace BackupApp.Pages.DataSources;

/// <summary>How a person reads what is stored as a short word.</summary>
public static class DataSourceText
{
    public static string Of(DataSourceEnvironment environment) => environment switch
    {
        DataSourceEnvironment.Prod => "Production",
        DataSourceEnvironment.Staging => "Staging",
        DataSourceEnvironment.Dev => "Development",
        _ => "Test",
    };

    /// <summary>What a mode means for whoever listens on the wire.</summary>
    public static string Of(TlsMode mode) => mode switch
    {
        TlsMode.Disable => "Off: anyone on the way can read the data (disable)",
        TlsMode.Prefer => "If the server offers it, not verified (prefer)",
        TlsMode.Require => "Always, server not verified (require)",
        TlsMode.VerifyCa => "Always, certificate from a trusted authority (verify-ca)",
        _ => "Always, certificate and host name verified (verify-full)",
    };

    /// <summary>The same in MongoDB's words, whose tools know no other modes.</summary>
    public static string OfMongo(TlsMode mode) => mode switch
    {
        TlsMode.Disable => "Off: anyone on the way can read the data (tls=false)",
        TlsMode.Require => "Always, server not verified (tlsInsecure=true)",
        _ => "Always, certificate and host name verified (tls=true)",
    };

    public static string OfTls(DataSource source) => source.Engine == Engine.Mongodb ? OfMongo(source.TlsMode) : Of(source.TlsMode);

    /// <summary>What is known of the connection over which a backup's tools read.</summary>
    public static string OfConnection(ConnectionProtection? protection) => protection switch
    {
        ConnectionProtection.Unencrypted => "Unencrypted",
        ConnectionProtection.Unverified => "Encrypted, server not verified",
        ConnectionProtection.Verified => "Encrypted, server verified",
        _ => "Not known",
    };

    public static string Of(Engine engine) => engine == Engine.Mongodb ? "MongoDB" : "PostgreSQL";

    /// <summary>Where it is, in a few words: "db1:5432/shop".</summary>
    public static string Place(DataSource source)
    {
        var server = source.Engine == Engine.Mongodb && source.OtherHosts.Count > 0 ? $"{source.Host} and others"
            : source.Srv ? source.Host
            : $"{source.Host}:{source.Port}";
        return source.Selection.Scope == SourceScope.Server || source.Database.Length == 0
            ? $"the whole server {server}"
            : $"{server}/{source.Database}";
    }

    /// <summary>The filters that are set, each with its label.</summary>
    public static IEnumerable<(string Label, IReadOnlyList<string> Names)> Filters(DumpSelection selection) => new[]
    {
        ("Only schemas", selection.IncludeSchemas),
        ("Only tables", selection.IncludeTables),
        ("Without schemas", selection.ExcludeSchemas),
        ("Without tables", selection.ExcludeTables),
        ("Without rows of", selection.ExcludeTableData),
    }.Where(filter => filter.Item2.Count > 0);

    /// <summary>A result of the connection test in two or three words.</summary>
    public static string Of(ConnectionTestCode code) => code switch
    {
        ConnectionTestCode.Ok => "Connects",
        ConnectionTestCode.NoCredentials => "No credentials",
        ConnectionTestCode.DecryptFailed => "Credentials unreadable",
        ConnectionTestCode.UnsupportedEngine => "Not supported",
        ConnectionTestCode.InvalidUri => "Invalid URI",
        ConnectionTestCode.NetworkUnreachable => "Not reachable",
        ConnectionTestCode.AuthFailed => "Login refused",
        ConnectionTestCode.Timeout => "No answer",
        ConnectionTestCode.ServerVersionUnsupported => "Version not supported",
        ConnectionTestCode.TlsError => "TLS problem",
        ConnectionTestCode.DatabaseNotFound => "No such database",
        ConnectionTestCode.PrivilegesMissing => "Rights missing",
        ConnectionTestCode.OwnDatabase => "Own database",
        ConnectionTestCode.TransactionPooler => "Transaction pooler",
        _ => "Does not connect",
    };
}
