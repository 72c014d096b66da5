namespace BackupApp.Network;

/// <summary>Section <c>BackupApp:Network</c>.</summary>
public sealed class NetworkOptions
{
    public const string Section = "BackupApp:Network";

    /// <summary>Databases and endpoints may be at link-local addresses, where clouds keep their metadata services.</summary>
    public bool AllowLinkLocal { get; set; }

    /// <summary>
    /// "localhost" is then the container itself and not the machine around it. Microsoft's base images say so by this variable.
    /// </summary>
    public bool RunningInContainer { get; set; } = Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") is "true" or "1";
}
