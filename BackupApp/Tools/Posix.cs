using System.Runtime.InteropServices;
using System.Text;

namespace BackupApp.Tools;

/// <summary>The few Linux calls that .NET has no name for. Numbers are those of Linux on x64 and ARM64.</summary>
internal static class Posix
{
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigCont = 18;

    private const int SetPipeSize = 1031;
    private const int Interrupted = 4;

    // Of statx(2), whose answer looks the same on every machine.
    private const int CurrentFolder = -100;
    private const int NotThroughLinks = 0x100;
    private const uint TypeAndOwner = 0x1 | 0x8;
    private const int AnswerSize = 256;
    private const int OwnerAt = 20;
    private const int ModeAt = 28;
    private const int TypeMask = 0xf000;
    private const int Folder = 0x4000;

    /// <summary>Sends a signal to the process group that <paramref name="leader"/> leads. False when there is no such group.</summary>
    public static bool SignalGroup(int leader, int signal) => Kill(-leader, signal) == 0;

    public static bool SignalProcess(int process, int signal) => Kill(process, signal) == 0;

    /// <summary>
    /// Asks for a larger pipe buffer. Best effort: an unprivileged user has a limited amount in all, and the usual 64 KiB work too.
    /// </summary>
    public static void TryGrowPipe(SafeHandle pipe, int bytes) => _ = Fcntl(pipe, SetPipeSize, bytes);

    /// <summary>Waits until one of the descriptors has bytes or has ended. False when the time is over.</summary>
    public static bool Poll(PollDescriptor[] descriptors, TimeSpan timeout)
    {
        var ready = PollNative(descriptors, (nuint)descriptors.Length, (int)timeout.TotalMilliseconds);
        if (ready < 0 && Marshal.GetLastPInvokeError() != Interrupted)
            throw new IOException($"poll failed: {Marshal.GetLastPInvokeErrorMessage()}");
        return ready > 0;
    }

    /// <summary>A folder of the user that this process runs as; no link to one, and nobody else's. False where it cannot be told.</summary>
    public static bool IsOwnFolder(string path)
    {
        var answer = new byte[AnswerSize];
        return Statx(CurrentFolder, Encoding.UTF8.GetBytes(path + '\0'), NotThroughLinks, TypeAndOwner, answer) == 0
            && (BitConverter.ToUInt16(answer, ModeAt) & TypeMask) == Folder
            && BitConverter.ToUInt32(answer, OwnerAt) == User();
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, byte[] path, int flags, uint mask, [Out] byte[] answer);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint User();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fcntl(SafeHandle descriptor, int command, int argument);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int PollNative([In, Out] PollDescriptor[] descriptors, nuint count, int milliseconds);
}

/// <summary>C's <c>struct pollfd</c>. A negative descriptor is passed over.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor(int descriptor)
{
    private const short In = 1;

    private int _descriptor = descriptor;
    private readonly short _events = In;
    private short _returned;

    public readonly bool IsOpen => _descriptor >= 0;

    public readonly bool IsReady => _returned != 0;

    public void Close()
    {
        _descriptor = -1;
        _returned = 0;
    }
}
