using System.Globalization;
using BackupApp.DataSources;

namespace BackupApp.Backups.Dumps;

/// <summary>
/// Tells libpq how to connect, by two ways that complement each other. Its environment holds all that is secret or private. Its connection string, on the
/// command line for all to see, holds what has no environment variable (keepalives), and the further parameters, because
/// a libpq too old for one refuses it there and would silently pass over it in the environment. The database name stands there too, quoted: as a bare
/// argument, libpq would read a database called <c>host=elsewhere</c> as a connection string.
/// </summary>
internal static class PgConnection
{
    private const string ConnectTimeout = "30";

    /// <summary>A path that never exists: libpq passes over files that are not there, but warns of /dev/null.</summary>
    private const string Nowhere = "/nonexistent";

    private static readonly HashSet<string> Parameters = new(StringComparer.Ordinal)
    {
        "application_name", "channel_binding", "connect_timeout", "gssencmode", "keepalives", "keepalives_count", "keepalives_idle",
        "keepalives_interval", "sslnegotiation", "target_session_attrs",
    };

    /// <summary>Silent connections are forgotten by NAT and load balancers, often after 5 minutes; a dead peer is noticed after 3.</summary>
    private static readonly (string Name, string Value)[] Keepalives =
        [("keepalives_idle", "60"), ("keepalives_interval", "20"), ("keepalives_count", "6")];

    /// <exception cref="DumpFailedException"><c>invalid_uri</c>: libpq would read something else than was meant, or not at all.</exception>
    public static void Check(DatabaseConnection connection)
    {
        if (connection.Host.Length == 0 || connection.Host[0] is '/' or '@' || connection.Host.Contains(',', StringComparison.Ordinal))
            throw Invalid("The host must be one name or address.");
        if (connection.Database.Length == 0 || connection.Username.Length == 0)
            throw Invalid("The database and the user name must not be empty.");
        if (connection.Parameters.Keys.FirstOrDefault(name => !Parameters.Contains(name)) is { } unknown)
            throw Invalid($"The connection parameter \"{unknown}\" is not supported for backups: remove it.");

        string?[] texts = [connection.Host, connection.Database, connection.Username, connection.Secrets.Password, .. connection.Parameters.Values];
        if (texts.Any(text => text?.Contains('\0', StringComparison.Ordinal) == true))
            throw Invalid("No part of the connection may contain a NUL character.");
    }

    public static string ConnectionString(DatabaseConnection connection) => string.Join(
        ' ',
        new[] { ("dbname", connection.Database) }
            .Concat(Keepalives.Where(k => !connection.Parameters.ContainsKey(k.Name)))
            .Concat(connection.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => (p.Key, p.Value)))
            .Select(p => $"{p.Item1}={Quote(p.Item2)}"));

    /// <summary>The tool's whole environment. Everything libpq would otherwise look for in the user's home is pointed elsewhere.</summary>
    public static Dictionary<string, string> Environment(DatabaseConnection connection, PgCertificates files)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PGHOST"] = connection.Host.Trim('[', ']'),
            ["PGPORT"] = connection.Port.ToString(CultureInfo.InvariantCulture),
            ["PGUSER"] = connection.Username,
            ["PGSSLMODE"] = SslMode(connection.TlsMode),
            ["PGSSLROOTCERT"] = files.Authorities ?? $"{Nowhere}/root.crt",
            ["PGSSLCERT"] = files.ClientCertificate ?? $"{Nowhere}/client.crt",
            ["PGSSLKEY"] = files.ClientKey ?? $"{Nowhere}/client.key",
            ["PGGSSENCMODE"] = "disable",
            ["PGPASSFILE"] = $"{Nowhere}/pgpass",
            ["PGCONNECT_TIMEOUT"] = ConnectTimeout,
            ["PGAPPNAME"] = "backupapp",
            ["HOME"] = Nowhere,
            ["PATH"] = "/usr/bin:/bin",
            ["LC_ALL"] = "C.UTF-8",
            ["TZ"] = "UTC",
        };
        if (!string.IsNullOrEmpty(connection.Secrets.Password))
            environment["PGPASSWORD"] = connection.Secrets.Password;
        return environment;
    }

    /// <summary>A value as libpq's connection strings quote it.</summary>
    public static string Quote(string value) =>
        $"'{value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}'";

    /// <summary>libpq's own test of whether a database name is meant as a connection string.</summary>
    public static bool LooksLikeConnectionString(string database) =>
        database.Contains('=', StringComparison.Ordinal)
        || database.StartsWith("postgresql://", StringComparison.Ordinal)
        || database.StartsWith("postgres://", StringComparison.Ordinal);

    private static DumpFailedException Invalid(string message) => new(BackupStage.Connect, "invalid_uri", message);

    private static string SslMode(TlsMode mode) => mode switch
    {
        TlsMode.Disable => "disable",
        TlsMode.Prefer => "prefer",
        TlsMode.Require => "require",
        TlsMode.VerifyCa => "verify-ca",
        TlsMode.VerifyFull => "verify-full",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
    };
}
