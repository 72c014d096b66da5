namespace BackupApp.Tools;

/// <summary>
/// What nobody on the way could do to a connection, from the least to the most; exactly these words, in lower case,
/// in the database and the audit log.
/// </summary>
public enum ConnectionProtection
{
    /// <summary>Whoever is on the way reads along.</summary>
    Unencrypted,

    /// <summary>The server had the choice, and what it chose was not seen.</summary>
    Unknown,

    /// <summary>Encrypted for somebody who was not asked who they are.</summary>
    Unverified,

    /// <summary>Encrypted for a server whose certificate was checked.</summary>
    Verified,
}

/// <summary>What is known of the connection over which a tool read.</summary>
/// <param name="Protocol">For example <c>TLSv1.3</c>, where the server said so.</param>
public sealed record ToolConnection(ConnectionProtection Protection, string? Protocol = null)
{
    /// <summary>Where the tool takes no other connection than the one that it was told of.</summary>
    public static ToolConnection Told(bool encrypted, bool verified) =>
        encrypted ? Encrypted(verified) : new(ConnectionProtection.Unencrypted);

    /// <summary>One that is known to be encrypted.</summary>
    public static ToolConnection Encrypted(bool verified, string? protocol = null) =>
        new(verified ? ConnectionProtection.Verified : ConnectionProtection.Unverified, protocol);

    /// <summary>Of two connections what is true of both: of a run with several tools its weakest.</summary>
    public static ToolConnection Weaker(ToolConnection? one, ToolConnection other) => one is null
        ? other
        : new(
            one.Protection < other.Protection ? one.Protection : other.Protection,
            one.Protocol == other.Protocol ? one.Protocol : null);
}

/// <summary>A look at a tool's connection while the tool runs. Dispose ends it.</summary>
public interface IToolWatch : IAsyncDisposable
{
    /// <summary>What was seen until now, or is certain without looking.</summary>
    ToolConnection Connection { get; }
}

/// <summary>Nothing has to be looked at: what the tool was told is all that there is to know.</summary>
public sealed class NoToolWatch(ToolConnection connection) : IToolWatch
{
    public ToolConnection Connection => connection;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
