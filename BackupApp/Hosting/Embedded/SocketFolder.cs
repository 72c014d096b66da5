using System.Security.Cryptography;
using System.Text;
using BackupApp.Data;

namespace BackupApp.Hosting.Embedded;

/// <summary>
/// The private folder of the server's socket: <c>run</c> in the data directory, or one below /tmp when that path cannot name a socket.
/// </summary>
internal static class SocketFolder
{
    /// <summary>The port only names the socket file; nothing listens on TCP.</summary>
    public const int Port = 5432;

    /// <summary>sockaddr_un holds 108 bytes with the final zero (unix(7)).</summary>
    private const int LongestSocketPath = 107;

    private static readonly string SocketName = $".s.PGSQL.{Port}";

    public static string PathFor(DataFolder data)
    {
        var socket = Path.Combine(data.RunFolder, SocketName);
        // Npgsql splits a host at commas and colons, PostgreSQL its list of folders at commas: unusual names go to /tmp too.
        if (Encoding.UTF8.GetByteCount(socket) <= LongestSocketPath && data.RunFolder.All(IsPlain))
            return data.RunFolder;

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(data.Path));
        return $"/tmp/backupapp-{Convert.ToHexStringLower(hash.AsSpan(0, 8))}";
    }

    /// <summary>
    /// Makes the folder, or checks that an existing one is ours, and clears what a killed server left. No server may be running.
    /// </summary>
    public static async Task<string> PrepareAsync(DataFolder data, ServerAccount account, CancellationToken cancellationToken)
    {
        var folder = PathFor(data);
        Directory.CreateDirectory(folder, DataDirectory.OwnerFolder);
        await DemandOursAsync(folder, account, isInOurs: folder == data.RunFolder, cancellationToken);
        await account.TakeAsync(folder, cancellationToken);
        File.SetUnixFileMode(folder, DataDirectory.OwnerFolder);

        // PostgreSQL refuses to start while the lock file names any living process of the same user, whatever that process is.
        File.Delete(Path.Combine(folder, SocketName));
        File.Delete(Path.Combine(folder, SocketName + ".lock"));
        return folder;
    }

    /// <summary>
    /// Anybody may make a folder or a link in /tmp before us. In the data directory an earlier
    /// server's user may own it, from whom root takes it.
    /// </summary>
    private static async Task DemandOursAsync(string folder, ServerAccount account, bool isInOurs, CancellationToken cancellationToken)
    {
        var found = await ServerProgram.DemandAsync("stat", ["-c", "%u %F", "--", folder], cancellationToken);
        var isFolder = found.EndsWith(" directory", StringComparison.Ordinal);
        if (found != $"{account.UserId} directory" && !(account.IsOther && isFolder && (isInOurs || found == "0 directory")))
            throw new EmbeddedPostgresException(
                $"{folder} should be the private folder of PostgreSQL's socket, but it is not ours (owner and kind: {found}). Remove it.");
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-';
}
