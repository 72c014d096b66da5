using System.Net;

namespace BackupApp.Engines;

/// <summary>What a backup needs to know before its tool starts.</summary>
/// <param name="Address">
/// The checked address that answered: the tool connects to it and does not resolve the name again. Null where the tool has to find a
/// replica set's members by itself.
/// </param>
/// <param name="Resolved">
/// The connection as DNS completed it, for the tool to use in place of the stored one; null where nothing was to complete.
/// </param>
public sealed record ConnectedServer(ServerInfo Server, IPAddress? Address, DatabaseConnection? Resolved = null)
{
    /// <summary>
    /// What a dump of the connection's database will not hold though people may expect it, and what to do: a sentence or two each.
    /// </summary>
    public IReadOnlyList<string> Gaps { get; init; } = [];
}
