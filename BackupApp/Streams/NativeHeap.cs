using System.Runtime.InteropServices;

namespace BackupApp.Streams;

/// <summary>
/// The C library's heap, of which it gives little back by itself. Best effort: where it has no such calls, it is musl, which needs none.
/// </summary>
internal static class NativeHeap
{
    private const int ArenaMax = -8;

    /// <summary>Has it keep what is freed in two places, instead of eight for each core. Before there are threads.</summary>
    public static void KeepFewArenas() => Try(() => MallocOption(ArenaMax, 2));

    /// <summary>Gives to the system what is freed.</summary>
    public static void GiveBack() => Try(() => MallocTrim(0));

    private static void Try(Func<int> call)
    {
        try
        {
            _ = call();
        }
        catch (EntryPointNotFoundException)
        {
            // musl
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MallocOption(int option, int value);

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MallocTrim(nuint padding);
}
