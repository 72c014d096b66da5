namespace BackupApp.Network;

/// <summary>The host points to a link-local address and configuration does not allow that.</summary>
public sealed class HostRefusedException(string host)
    : Exception($"The host '{host}' points to a link-local address, which is refused because clouds serve instance credentials there.")
{
    public string Host { get; } = host;
}
