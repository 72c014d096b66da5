using Npgsql;

namespace BackupApp.Hosting;

/// <summary>A full disk, which at a start shows itself in many ways, some of which do not name it.</summary>
internal static class FullDisk
{
    /// <summary>ENOSPC and EDQUOT, which .NET passes on as the exception's HResult.</summary>
    private static readonly int[] Codes = [28, 122];

    // The system's words, and PostgreSQL's for the one write whose cause it does not say
    // (relcache.c). English because of LC_ALL and lc_messages.
    private static readonly string[] Words = ["No space left on device", "Disk quota exceeded", "could not write init file"];

    /// <summary>Whether the error, or one behind it, comes from a full disk.</summary>
    public static bool IsBehind(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is IOException && Codes.Contains(error.HResult))
                return true;
            if (error is PostgresException { SqlState: PostgresErrorCodes.DiskFull }
                || Words.Any(word => error.Message.Contains(word, StringComparison.Ordinal)))
                return true;
        }

        return false;
    }

    /// <param name="folder">The folder on the full disk.</param>
    public static string Sentence(string folder) =>
        $"The disk that holds {folder} is full ({Free(folder)}). Free some space there, or make it larger, and start again.";

    private static string Free(string folder)
    {
        try
        {
            return $"{new DriveInfo(folder).AvailableFreeSpace / (1024 * 1024)} MiB free now";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return e.Message;
        }
    }
}
