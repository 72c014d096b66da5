using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace BackupApp.Destinations.Folder;

/// <summary>
/// Writes a directory's entries to the disk. Without it a power cut may forget a rename that has long returned; .NET has no call for it.
/// </summary>
internal static class DirectorySync
{
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;
    private const int EINVAL = 22;
    private const int ENOTSUP = 95;

    /// <exception cref="IOException">The directory cannot be opened or synced.</exception>
    public static void Run(string directory)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var handle = open(Encoding.UTF8.GetBytes(directory + "\0"), ReadOnly | CloseOnExec);
        if (handle < 0)
            throw Failure(directory);
        try
        {
            // Some network file systems cannot sync directories; they have their own guarantees.
            if (fsync(handle) < 0 && Marshal.GetLastPInvokeError() is not (EINVAL or ENOTSUP))
                throw Failure(directory);
        }
        finally
        {
            _ = close(handle);
        }
    }

    private static IOException Failure(string directory)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new IOException($"{directory}: {new Win32Exception(errno).Message}", errno);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fsync(int handle);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int close(int handle);
}
