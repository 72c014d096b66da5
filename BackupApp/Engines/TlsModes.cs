namespace BackupApp.Engines;

/// <summary>The names that libpq gives to <see cref="TlsMode"/>.</summary>
public static class TlsModes
{
    /// <summary>For example <c>verify-full</c>: the value of <c>sslmode</c> and <c>PGSSLMODE</c>.</summary>
    public static string ToLibpq(this TlsMode mode) => mode switch
    {
        TlsMode.Disable => "disable",
        TlsMode.Prefer => "prefer",
        TlsMode.Require => "require",
        TlsMode.VerifyCa => "verify-ca",
        TlsMode.VerifyFull => "verify-full",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
    };

    /// <summary>Null for an unknown name. <c>allow</c> becomes <see cref="TlsMode.Prefer"/>, which is never weaker.</summary>
    public static TlsMode? FromLibpq(string text) => text switch
    {
        "disable" => TlsMode.Disable,
        "allow" or "prefer" => TlsMode.Prefer,
        "require" => TlsMode.Require,
        "verify-ca" => TlsMode.VerifyCa,
        "verify-full" => TlsMode.VerifyFull,
        _ => null,
    };

    /// <summary>
    /// Only the server that is meant can be at the other end. A certificate from any public authority
    /// proves that only together with the host's name, one from an authority of one's own also without.
    /// </summary>
    public static bool KnowsServer(this DatabaseConnection connection) => connection.VerifiesServer()
        && (connection.TlsMode == TlsMode.VerifyFull || !string.IsNullOrWhiteSpace(connection.Secrets.CaCertificatePem));

    /// <summary>
    /// There is a password, and it may be asked for by somebody else than the server: it is never sent in the clear then.
    /// </summary>
    public static bool GuardsPassword(this DatabaseConnection connection) =>
        !string.IsNullOrEmpty(connection.Secrets.Password) && !connection.KnowsServer();

    /// <summary>
    /// The server's certificate is checked. As with libpq, a certificate authority given with <c>require</c> is used, so that it means
    /// <c>verify-ca</c>; MongoDB's tools check everything or nothing.
    /// </summary>
    public static bool VerifiesServer(this DatabaseConnection connection) =>
        connection.TlsMode >= TlsMode.VerifyCa
        || (
            connection.Engine == Engine.Postgres
            && connection.TlsMode == TlsMode.Require
            && !string.IsNullOrWhiteSpace(connection.Secrets.CaCertificatePem));
}
