namespace BackupApp.Engines;

/// <summary>How the connection to a database is encrypted: libpq's <c>sslmode</c>, from weakest to strongest.</summary>
public enum TlsMode
{
    /// <summary>Never encrypted.</summary>
    Disable,

    /// <summary>Encrypted when the server offers it; the server's identity is not checked.</summary>
    Prefer,

    /// <summary>Always encrypted; the server's identity is not checked.</summary>
    Require,

    /// <summary>Always encrypted; the certificate must come from a trusted authority.</summary>
    VerifyCa,

    /// <summary>Always encrypted; the certificate must come from a trusted authority and carry the host's name.</summary>
    VerifyFull,
}
