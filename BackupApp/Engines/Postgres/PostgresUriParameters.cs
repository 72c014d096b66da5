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
    private const string PasteKey =
        "Files of this server cannot be named: paste the client certificate and its unencrypted key as PEM text into their own fields.";
    private const string HasItsPlace =
        "Write this part in front of the question mark, as in postgresql://user:password@host:5432/database.";

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
        ["options"] =
            "Start-up options are not supported, since connection poolers refuse them: set the value for the role, with ALTER ROLE … SET.",
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

    // What they mean has a place of its own in ConnectionSecurity; a URI is read into it.
    private static readonly Dictionary<string, string> Security = new(StringComparer.Ordinal)
    {
        ["sslmode"] = "Choose the encryption in its own field (sslmode), beside the parameters.",
        ["ssl"] = "Choose the encryption in its own field (sslmode), beside the parameters.",
        ["tls"] = "Choose the encryption in its own field (sslmode), beside the parameters.",
        ["requiressl"] = "Choose the encryption in its own field (sslmode), beside the parameters.",
        ["channel_binding"] = "Give it in its own field (channelBinding), or in a connection URI.",
        ["sslnegotiation"] = "Give it in its own field (sslNegotiation), or in a connection URI.",
        ["require_auth"] = "Remove this parameter: a password is never sent in the clear but to a server whose certificate was checked.",
        ["gssencmode"] = "Kerberos is not supported: remove this parameter.",
        ["ssl_min_protocol_version"] = "Remove this parameter: TLS 1.2 or newer is always needed.",
        ["ssl_max_protocol_version"] = "Remove this parameter: the newest TLS that both sides know is used.",
        ["sslcertmode"] = "Remove this parameter: a client certificate is shown where one is stored.",
        ["sslsni"] = "Remove this parameter.",
        ["sslcompression"] = "Remove this parameter: TLS is not compressed.",
    };

    private static readonly HashSet<string> Allowed = new(StringComparer.Ordinal)
    {
        "sslmode", "ssl", "channel_binding", "target_session_attrs", "sslnegotiation", "gssencmode",
        "application_name", "connect_timeout", "keepalives_idle", "keepalives_interval",
    };

    /// <summary>The name means something to libpq or to us, allowed or not.</summary>
    public static bool Knows(string name) => Allowed.Contains(name) || Refused.ContainsKey(name) || Security.ContainsKey(name);

    /// <summary>
    /// The same as <see cref="Problem"/>, of a parameter that stands beside the fields of a connection: there none may mean security.
    /// </summary>
    public static string? ProblemBesideFields(string name, string value) =>
        Security.GetValueOrDefault(name.ToLowerInvariant()) ?? Problem(name, value);

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
        _ => Refused.GetValueOrDefault(name) ?? Security.GetValueOrDefault(name, "This parameter is not supported: remove it."),
    };

    private static string? OneOf(string value, params string[] allowed) =>
        allowed.Contains(value, StringComparer.Ordinal) ? null : $"Must be one of: {string.Join(", ", allowed)}.";
}
