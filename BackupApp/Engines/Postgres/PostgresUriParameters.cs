using System.Globalization;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// The allow-list of connection parameters: what both libpq and Npgsql understand, and nothing that names a file, a service, a program
/// or another server.
/// </summary>
public static class PostgresUriParameters
{
    private const int MaxSeconds = 3600;
    private const int MaxNameLength = 63; // A PostgreSQL identifier; longer application names are cut by the server.

    private const string PasteCertificate = "Files of this server cannot be named: paste the certificate as PEM text into its own field.";
    private const string PasteKey = "Files of this server cannot be named: paste the client certificate and its unencrypted key as PEM text into their own fields.";
    private const string HasItsPlace = "Write this part in front of the question mark, as in postgresql://user:password@host:5432/database.";

    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["sslrootcert"] = PasteCertificate,
        ["sslcrl"] = "Revocation lists are not supported: remove this parameter.",
        ["sslcrldir"] = "Revocation lists are not supported: remove this parameter.",
        ["sslcert"] = PasteKey,
        ["sslkey"] = PasteKey,
        ["sslpassword"] = PasteKey,
        ["passfile"] = "Files of this server cannot be named: write the password into its own field.",
        ["service"] = "Services of this server cannot be named: give host, port, user and database.",
        ["servicefile"] = "Files of this server cannot be named: give host, port, user and database.",
        ["options"] = "Start-up options are not supported, since connection poolers refuse them: set the value for the role, with ALTER ROLE … SET.",
        ["krbsrvname"] = "Kerberos is not supported: remove this parameter and use a password or a client certificate.",
        ["gsslib"] = "Kerberos is not supported: remove this parameter and use a password or a client certificate.",
        ["gssdelegation"] = "Kerberos is not supported: remove this parameter and use a password or a client certificate.",
        ["replication"] = "Replication connections cannot run a dump: remove this parameter.",
        ["sslkeylogfile"] = "Files of this server cannot be named: remove this parameter.",
        ["host"] = HasItsPlace,
        ["hostaddr"] = HasItsPlace,
        ["port"] = HasItsPlace,
        ["user"] = HasItsPlace,
        ["password"] = HasItsPlace,
        ["dbname"] = HasItsPlace,
        // Often pasted from the settings of an object mapper, which uses them itself and sends none of them to the server.
        ["schema"] = "This parameter belongs to another program and not to PostgreSQL: remove it. The whole database is backed up.",
        ["pgbouncer"] = "This parameter belongs to another program and not to PostgreSQL: remove it, and give the server's direct port.",
        ["connection_limit"] = "This parameter belongs to another program and not to PostgreSQL: remove it.",
    };

    private static readonly HashSet<string> Allowed = new(StringComparer.Ordinal)
    {
        "sslmode", "ssl", "channel_binding", "target_session_attrs", "sslnegotiation", "gssencmode",
        "application_name", "connect_timeout", "keepalives_idle", "keepalives_interval",
    };

    /// <summary>The name means something to libpq or to us, allowed or not.</summary>
    public static bool Knows(string name) => Allowed.Contains(name) || Refused.ContainsKey(name);

    /// <summary>Null when the parameter may be used with this value, else a sentence that says what to do instead.</summary>
    public static string? Problem(string name, string value) => name switch
    {
        "sslmode" => TlsModes.FromLibpq(value) is null
            ? "Must be disable, prefer, require, verify-ca or verify-full."
            : null,
        "ssl" => value == "true" ? null : "Use sslmode instead, for example sslmode=require.",
        "channel_binding" => OneOf(value, "disable", "prefer", "require"),
        "target_session_attrs" => OneOf(value, "any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
        "sslnegotiation" => OneOf(value, "postgres", "direct"),
        "gssencmode" => value == "require"
            ? "Kerberos is not supported: remove this parameter and use sslmode."
            : OneOf(value, "disable", "prefer"),
        "application_name" => value.Length <= MaxNameLength && !value.Any(char.IsControl)
            ? null
            : $"Must have at most {MaxNameLength} characters.",
        "connect_timeout" or "keepalives_idle" or "keepalives_interval" =>
            int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= MaxSeconds
                ? null
                : $"Must be a number of seconds from 1 to {MaxSeconds}.",
        _ => Refused.GetValueOrDefault(name, "This parameter is not supported: remove it."),
    };

    private static string? OneOf(string value, params string[] allowed) =>
        allowed.Contains(value, StringComparer.Ordinal) ? null : $"Must be one of: {string.Join(", ", allowed)}.";
}
