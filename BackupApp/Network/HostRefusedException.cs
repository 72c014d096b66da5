namespace BackupApp.Network;

/// <summary>The host points to an address that no server of a user's may have.</summary>
public sealed class HostRefusedException : Exception
{
    private HostRefusedException(string host, string message, string? advice)
        : base(message)
    {
        Host = host;
        Advice = advice;
    }

    public string Host { get; }

    /// <summary>What can be done about it.</summary>
    public string? Advice { get; }

    public static HostRefusedException LinkLocal(string host) => new(
        host, $"The host '{host}' points to a link-local address, which is refused because clouds serve instance credentials there.",
        "Whoever runs this server can allow it with BackupApp__Network__AllowLinkLocal=true.");

    public static HostRefusedException Unspecified(string host) => new(
        host,
        $"The host '{host}' points to the address 0.0.0.0 or ::, at which no server can be.",
        "Give the server's own name or address; this machine is 127.0.0.1 or ::1.");
}
