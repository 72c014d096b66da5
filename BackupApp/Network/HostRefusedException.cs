namespace BackupApp.Network;

/// <summary>The host is, or resolves to, an address that this server must not contact. The message is one sentence for the user.</summary>
public sealed class HostRefusedException(string message) : Exception(message);
