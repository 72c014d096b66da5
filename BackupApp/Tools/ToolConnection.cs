namespace BackupApp.Tools;

/// <summary>What is known of the connection over which a tool read.</summary>
/// <param name="Encrypted">Null = not known.</param>
/// <param name="Verified">The server's certificate was checked. Null = not known.</param>
/// <param name="Protocol">For example <c>TLSv1.3</c>, where the server said so.</param>
public sealed record ToolConnection(bool? Encrypted, bool? Verified, string? Protocol = null)
{
    /// <summary>Of two connections what is true of both: of a run with several tools its weakest.</summary>
    public static ToolConnection Weaker(ToolConnection? one, ToolConnection other) => one is null
        ? other
        : new(
            Both(one.Encrypted, other.Encrypted),
            Both(one.Verified, other.Verified),
            one.Protocol == other.Protocol ? one.Protocol : null);

    private static bool? Both(bool? one, bool? other) =>
        one == false || other == false ? false
        : one is null || other is null ? null
        : true;
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
