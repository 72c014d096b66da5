namespace BackupApp.Engines.Mongo;

/// <summary>
/// The allow-list of a MongoDB URI's parameters, which MongoDB reads in any letter case: nothing that names a file, a service or another
/// program, and no way to log in that needs more than a password or a pasted certificate.
/// </summary>
public static class MongoParameters
{
    private const int MinStalenessSeconds = 90; // The MongoDB specification's own.

    private const string PasteCertificate = "Files of this server cannot be named: paste the certificate as PEM text into its own field.";
    private const string PasteKey =
        "Files of this server cannot be named: paste the client certificate and its unencrypted key as PEM text into their own fields.";
    private const string OtherLogin =
        "Kerberos, LDAP, AWS and OIDC logins are not supported: remove this parameter and use a password (SCRAM) "
        + "or a client certificate (MONGODB-X509).";
    private const string OtherProgram = "This parameter belongs to a program's own driver and means nothing to a backup: remove it.";

    private static readonly Dictionary<string, string> Refused = new(StringComparer.OrdinalIgnoreCase)
    {
        ["tlsCAFile"] = PasteCertificate,
        ["sslCertificateAuthorityFile"] = PasteCertificate,
        ["tlsCertificateKeyFile"] = PasteKey,
        ["tlsCertificateKeyFilePassword"] = PasteKey,
        ["tlsCertificateFile"] = PasteKey,
        ["tlsPrivateKeyFile"] = PasteKey,
        ["sslClientCertificateKeyFile"] = PasteKey,
        ["sslClientCertificateKeyPassword"] = PasteKey,
        ["tlsCRLFile"] = "Revocation lists are not supported: remove this parameter.",
        ["authMechanismProperties"] = OtherLogin,
        ["gssapiServiceName"] = OtherLogin,
        ["proxyHost"] = "Proxies are not supported: remove this parameter.",
        ["srvServiceName"] =
            "Another service name than mongodb is not supported: list the members instead, as in mongodb://host1,host2/database.",
        ["loadBalanced"] = "Load-balanced clusters are not supported: name the members or a router (mongos).",
        ["connect"] = "Write directConnection=true instead, or remove this parameter.",
        ["uuidRepresentation"] = OtherProgram,
        ["readConcern"] = OtherProgram,
        ["safe"] = OtherProgram,
        ["ssl_cert_reqs"] = OtherProgram,
        ["authenticationDatabase"] = "In a URI this parameter is called authSource.",
    };

    private static readonly Dictionary<string, Func<string, string?>> Allowed = new(StringComparer.OrdinalIgnoreCase)
    {
        ["authSource"] = value => value == "$external" ? null : MongoNames.DatabaseProblem(value),
        ["authMechanism"] = value => value is "SCRAM-SHA-1" or "SCRAM-SHA-256" or "MONGODB-X509" or "DEFAULT"
            ? null
            : "Must be SCRAM-SHA-256, SCRAM-SHA-1 or MONGODB-X509. Kerberos, LDAP, AWS and OIDC logins are not supported.",
        ["replicaSet"] = MongoValues.Name,
        ["directConnection"] = MongoValues.Flag,
        ["readPreference"] = value => MongoValues.OneOf(value, "primary", "primaryPreferred", "secondary", "secondaryPreferred", "nearest"),
        ["readPreferenceTags"] = value => value.Split(',').All(tag => tag.Split(':') is [{ Length: > 0 }, { Length: > 0 }])
            ? null
            : "Write it as in readPreferenceTags=region:east,use:backup.",
        ["maxStalenessSeconds"] = value => MongoValues.Number(value, MinStalenessSeconds, 86_400, "seconds"),
        ["readConcernLevel"] = value => MongoValues.OneOf(value, "local", "available", "majority"),
        ["tls"] = MongoValues.Flag,
        ["ssl"] = MongoValues.Flag,
        ["tlsInsecure"] = MongoValues.Flag,
        ["sslInsecure"] = MongoValues.Flag,
        ["tlsAllowInvalidCertificates"] = MongoValues.Flag,
        // mongodump answers it by checking nothing at all, so that the promise in its name would not be kept.
        ["tlsAllowInvalidHostnames"] = value => value == "false"
            ? null
            : "mongodump cannot check who issued a certificate without checking its name: use the name that is in the certificate, "
                + "or tlsInsecure=true to check nothing.",
        ["compressors"] = value =>
            value.Split(',').All(c => c is "zstd" or "zlib" or "snappy") ? null : "Must be a list of: zstd, zlib, snappy.",
        ["zlibCompressionLevel"] = value => MongoValues.Number(value, -1, 9, null),
        ["zstdCompressionLevel"] = value => MongoValues.Number(value, 1, 22, null),
        ["appName"] = MongoValues.Name,
        ["connectTimeoutMS"] = MongoValues.Milliseconds,
        ["socketTimeoutMS"] = MongoValues.Milliseconds,
        ["serverSelectionTimeoutMS"] = MongoValues.Milliseconds,
        ["heartbeatFrequencyMS"] = value => MongoValues.Number(value, 500, MongoValues.MaxMilliseconds, "milliseconds"),
        ["localThresholdMS"] = MongoValues.Milliseconds,
        ["maxIdleTimeMS"] = MongoValues.Milliseconds,
        ["waitQueueTimeoutMS"] = MongoValues.Milliseconds,
        ["maxPoolSize"] = value => MongoValues.Number(value, 0, 10_000, null),
        ["minPoolSize"] = value => MongoValues.Number(value, 0, 10_000, null),
        ["retryReads"] = MongoValues.Flag,
        // A backup writes nothing, but these are in nearly every URI that a provider hands out.
        ["retryWrites"] = MongoValues.Flag,
        ["w"] = value => value == "majority" || MongoValues.Number(value, 0, 50, null) is null ? null : "Must be majority or a number.",
        ["wtimeoutMS"] = MongoValues.Milliseconds,
        ["journal"] = MongoValues.Flag,
        ["j"] = MongoValues.Flag,
    };

    private static readonly Dictionary<string, string> Names = Allowed.Keys.ToDictionary(n => n, StringComparer.OrdinalIgnoreCase);

    /// <summary>The name means something to MongoDB or to us, allowed or not.</summary>
    public static bool Knows(string name) => Allowed.ContainsKey(name) || Refused.ContainsKey(name);

    /// <summary>
    /// The same as <see cref="Problem"/>, of a parameter that stands beside the fields of a connection: there none may mean security.
    /// </summary>
    public static string? ProblemBesideFields(string name, string value) =>
        !Allowed.ContainsKey(name) ? Problem(name, value)
        : name.StartsWith("tls", StringComparison.OrdinalIgnoreCase) || name.StartsWith("ssl", StringComparison.OrdinalIgnoreCase)
            ? "Choose the encryption in its own field."
        : name.StartsWith("auth", StringComparison.OrdinalIgnoreCase)
            ? "Choose the way to log in, and the database that knows the user, in their own fields."
        : Problem(name, value);

    /// <summary>An allowed name as MongoDB's documentation spells it.</summary>
    public static string Spell(string name) => Names[name];

    /// <summary>Null when the parameter may be used with this value, else a sentence that says what to do instead.</summary>
    public static string? Problem(string name, string value) => Allowed.TryGetValue(name, out var check)
        ? check(value)
        : Refused.GetValueOrDefault(name, "This parameter is not supported: remove it.");
}
