using BackupApp.Errors;
using BackupApp.Tools;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// The certificate files of one dump: libpq takes them from files only. They are in a folder of
/// mode 0700, with mode 0600, for as long as the dump runs.
/// </summary>
/// <param name="Folder">Null when no file was needed.</param>
/// <param name="Authorities">Null where the server's certificate is not checked.</param>
internal sealed record PgCertificates(string? Folder, string? Authorities, string? ClientCertificate, string? ClientKey)
{
    /// <summary>
    /// The system's trusted authorities, of Debian and Alpine, then of Red Hat. libpq knows <c>sslrootcert=system</c> only from 16 on.
    /// </summary>
    private static readonly string[] SystemAuthorities = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];

    /// <exception cref="DumpFailedException">
    /// <c>tls_error</c>: the certificate is to be checked, and there is nothing to check it against.
    /// </exception>
    public static async Task<PgCertificates> WriteAsync(DatabaseConnection connection, string parent, CancellationToken cancellationToken)
    {
        var secrets = connection.Secrets;
        var encrypted = connection.TlsMode != TlsMode.Disable;

        // Given with "prefer", libpq would check against it, fail, and go on unencrypted.
        var authorities = connection.VerifiesServer() ? secrets.CaCertificatePem : null;
        var system = connection.VerifiesServer() && string.IsNullOrWhiteSpace(authorities) ? FindSystemAuthorities() : null;
        (string Name, string? Pem)[] files =
            [
                ("root.crt", authorities),
                ("client.crt", encrypted ? secrets.ClientCertificatePem : null),
                ("client.key", encrypted ? secrets.ClientKeyPem : null),
            ];
        if (files.All(f => string.IsNullOrWhiteSpace(f.Pem)))
            return new(null, system, null, null);

        var (folder, paths) = await PrivateFiles.WriteAsync(parent, files, cancellationToken);
        return new(folder, paths[0] ?? system, paths[1], paths[2]);
    }

    private static string FindSystemAuthorities() => SystemAuthorities.FirstOrDefault(File.Exists) ?? throw new DumpFailedException(
        RunStage.Connect,
        "tls_error",
        "The server's certificate is to be checked, but no certificate authority was given and this machine has no list of trusted ones: "
        + "paste the authority's certificate, or install the package ca-certificates.");
}
