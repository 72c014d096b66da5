namespace BackupApp.Network;

/// <summary>
/// <c>BackupApp host allow NAME</c>, for whoever has the server's console: people came under another name than the one of the set-up.
/// </summary>
public static class HostCommands
{
    private const string Usage = "Usage: BackupApp host allow NAME";

    /// <param name="args">Without the leading <c>host</c>.</param>
    /// <returns>The exit code: 0 done, 2 not understood.</returns>
    public static Task<int> RunAsync(string[] args, IServiceProvider services) =>
        RunAsync(args, services.GetRequiredService<KnownHosts>(), Console.Error);

    internal static async Task<int> RunAsync(string[] args, KnownHosts hosts, TextWriter error)
    {
        if (args is not ["allow", var name])
        {
            await error.WriteLineAsync(Usage);
            return 2;
        }

        if (name.Length > KnownHost.LongestName || Uri.CheckHostName(name) == UriHostNameType.Unknown)
        {
            await error.WriteLineAsync($"'{name}' is no host name: it has no scheme, port or path, as in backups.example.com.");
            return 2;
        }

        await hosts.AllowAsync(name, CancellationToken.None);
        await error.WriteLineAsync($"BackupApp answers to {name} within ten seconds.");
        return 0;
    }
}
