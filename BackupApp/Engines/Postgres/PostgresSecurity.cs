namespace BackupApp.Engines.Postgres;

/// <summary>libpq's words for <see cref="ConnectionSecurity"/>.</summary>
internal static class PostgresSecurity
{
    private const string Binding = "channel_binding";
    private const string Negotiation = "sslnegotiation";

    /// <summary>Takes them out of a URI's parameters, whose values have been checked.</summary>
    /// <param name="saysMode">False where the mode is libpq's default.</param>
    public static ConnectionSecurity Take(Dictionary<string, string> parameters, out bool saysMode)
    {
        var mode = parameters.Remove("sslmode", out var sslMode) ? TlsModes.FromLibpq(sslMode) : null;
        if (parameters.Remove("ssl") && mode is null)
            mode = TlsMode.Require; // libpq reads ssl=true so, for URIs made for JDBC.
        parameters.Remove("gssencmode"); // It is never used; what is allowed says that it need not be.
        saysMode = mode is not null;
        return new(mode ?? TlsMode.Prefer)
        {
            ChannelBinding = parameters.Remove(Binding, out var binding)
                ? Enum.Parse<ChannelBinding>(binding, ignoreCase: true)
                : ChannelBinding.Prefer,
            Negotiation = parameters.Remove(Negotiation, out var negotiation)
                ? Enum.Parse<TlsNegotiation>(negotiation, ignoreCase: true)
                : TlsNegotiation.Postgres,
        };
    }

    /// <summary>What of it libpq does not do by itself, but for the mode.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Parameters(ConnectionSecurity security)
    {
        if (security.ChannelBinding != ChannelBinding.Prefer)
            yield return new(Binding, security.ChannelBinding == ChannelBinding.Require ? "require" : "disable");

        // libpq 17 made the name; an older one would refuse even the value that says what it does anyway.
        if (security.Negotiation == TlsNegotiation.Direct)
            yield return new(Negotiation, "direct");
    }

    /// <summary>What does not go together, as a sentence; else null.</summary>
    public static string? Problem(ConnectionSecurity security) => security switch
    {
        { Mode: TlsMode.Disable, ChannelBinding: ChannelBinding.Require } =>
            "channel_binding=require needs an encrypted connection: choose sslmode=require or a stronger one.",
        { Mode: < TlsMode.Require, Negotiation: TlsNegotiation.Direct } =>
            "sslnegotiation=direct needs an encrypted connection: choose sslmode=require or a stronger one.",
        _ => null,
    };
}
