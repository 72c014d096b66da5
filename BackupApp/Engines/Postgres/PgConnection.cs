using System.Globalization;
using System.Net;
using BackupApp.Errors;
using BackupApp.Tools;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// Tells libpq how to connect, by two ways that complement each other. Its environment holds all that is secret or private. Its
/// connection string, on the command line for all to see, holds what has no environment variable (keepalives), and the further
/// parameters, because a libpq too old for one refuses it there and would silently pass over it in the environment. The database name
/// stands there too, quoted: as a bare argument, libpq would read a database called <c>host=elsewhere</c> as a connection string.
/// </summary>
internal static class PgConnection
{
    private const string ConnectTimeout = "30";

    /// <summary>The ways to prove a password without sending it.</summary>
    private const string RequiredAuthentication = "scram-sha-256,md5";

    private const string DefaultApplicationName = "backupapp";

    /// <summary>A path that never exists: libpq passes over files that are not there, but warns of /dev/null.</summary>
    private const string Nowhere = "/nonexistent";

    /// <summary>
    /// Silent connections are forgotten by NAT and load balancers, often after 5 minutes; a dead peer is noticed after 3.
    /// </summary>
    private static readonly (string Name, string Value)[] Keepalives =
        [("keepalives_idle", "60"), ("keepalives_interval", "20"), ("keepalives_count", "6")];

    /// <exception cref="DumpFailedException"><c>invalid_uri</c>: libpq would read something else than was meant, or not at all.</exception>
    public static void Check(DatabaseConnection connection)
    {
        if (connection.Host.Length == 0 || connection.Host[0] is '/' or '@' || connection.Host.Contains(',', StringComparison.Ordinal))
            throw Invalid("The host must be one name or address.");
        if (connection.Database.Length == 0 || connection.Username.Length == 0)
            throw Invalid("The database and the user name must not be empty.");
        foreach (var (name, value) in connection.Parameters)
        {
            if (PostgresUriParameters.ProblemBesideFields(name, value) is { } problem)
                throw Invalid($"{name}: {problem}");
        }

        if (PostgresSecurity.Problem(connection.Security) is { } contradiction)
            throw Invalid(contradiction);

        string?[] texts =
        [
            connection.Host,
            connection.Database,
            connection.Username,
            connection.Secrets.Password,
            .. connection.Parameters.Values,
        ];
        if (texts.Any(text => text?.Contains('\0', StringComparison.Ordinal) == true))
            throw Invalid("No part of the connection may contain a NUL character.");
    }

    public static string ConnectionString(DatabaseConnection connection) => string.Join(
        ' ',
        new[] { ("dbname", connection.Database) }
            .Concat(Keepalives.Where(k => !connection.Parameters.ContainsKey(k.Name)))
            .Concat(connection.Parameters.Concat(PostgresSecurity.Parameters(connection.Security))
                .OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => (p.Key, p.Value)))
            .Select(p => $"{p.Item1}={Quote(p.Item2)}"));

    /// <summary>What the server calls the tool.</summary>
    public static string ApplicationName(DatabaseConnection connection) =>
        connection.Parameters.GetValueOrDefault("application_name", DefaultApplicationName);

    /// <summary>The tool's whole environment. Everything libpq would otherwise look for in the user's home is pointed elsewhere.</summary>
    /// <param name="address">
    /// What the host's name was found, checked and proved to be: libpq does not look it up again,
    /// but still checks the certificate by the name.
    /// </param>
    public static Dictionary<string, string> Environment(DatabaseConnection connection, IPAddress address, PgCertificates files)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PGHOST"] = connection.Host.Trim('[', ']'),
            ["PGHOSTADDR"] = address.ToString(),
            ["PGPORT"] = connection.Port.ToString(CultureInfo.InvariantCulture),
            ["PGUSER"] = connection.Username,
            ["PGSSLMODE"] = connection.TlsMode.ToLibpq(),
            ["PGSSLROOTCERT"] = files.Authorities ?? $"{Nowhere}/root.crt",
            ["PGSSLCERT"] = files.ClientCertificate ?? $"{Nowhere}/client.crt",
            ["PGSSLKEY"] = files.ClientKey ?? $"{Nowhere}/client.key",
            ["PGGSSENCMODE"] = "disable",
            ["PGPASSFILE"] = $"{Nowhere}/pgpass",
            ["PGCONNECT_TIMEOUT"] = ConnectTimeout,
            ["PGAPPNAME"] = DefaultApplicationName,
            ["HOME"] = Nowhere,
            ["PATH"] = "/usr/bin:/bin",
            ["LC_ALL"] = "C.UTF-8",
            ["TZ"] = "UTC",
        };
        if (!string.IsNullOrEmpty(connection.Secrets.Password))
            environment["PGPASSWORD"] = connection.Secrets.Password;

        // Whoever answers could ask for it in the clear. A libpq older than 16 does not know the variable, and would refuse the parameter.
        if (connection.GuardsPassword())
            environment["PGREQUIREAUTH"] = RequiredAuthentication;
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

    private static DumpFailedException Invalid(string message) => new(RunStage.Connect, "invalid_uri", message);
}
