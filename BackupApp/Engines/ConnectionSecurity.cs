namespace BackupApp.Engines;

/// <summary>
/// libpq's <c>channel_binding</c>: the password's proof is tied to the TLS connection, so that nobody in between can pass it on.
/// </summary>
public enum ChannelBinding
{
    Disable,
    Prefer,
    Require,
}

/// <summary>libpq's <c>sslnegotiation</c>: whether TLS is asked for first, or begun at once.</summary>
public enum TlsNegotiation
{
    Postgres,
    Direct,
}

/// <summary>
/// All that decides who can read a connection, who can pass for the server, and how a password is proved. It is in this one
/// place, and no further parameter of a connection may speak of it: two places could differ, and the weaker one would win unseen.
/// </summary>
/// <param name="Mode">Whether it is encrypted, and what is checked of the server.</param>
public sealed record ConnectionSecurity(TlsMode Mode)
{
    /// <summary>PostgreSQL.</summary>
    public ChannelBinding ChannelBinding { get; init; } = ChannelBinding.Prefer;

    /// <summary>PostgreSQL.</summary>
    public TlsNegotiation Negotiation { get; init; }

    /// <summary>MongoDB's <c>authMechanism</c>; null leaves it to the server, among those that never send the password.</summary>
    public string? Mechanism { get; init; }

    /// <summary>MongoDB's <c>authSource</c>: the database that knows the user. Null where there is no user, or DNS may name it.</summary>
    public string? AuthSource { get; init; }

    public static implicit operator ConnectionSecurity(TlsMode mode) => new(mode);
}
