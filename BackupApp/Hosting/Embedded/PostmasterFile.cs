using System.Globalization;

namespace BackupApp.Hosting.Embedded;

/// <summary>postmaster.pid, by which a running server is found, and the check that it is not a leftover.</summary>
internal static class PostmasterFile
{
    /// <summary>Line of the socket's folder (src/include/utils/pidfile.h), counted from 0.</summary>
    private const int SocketLine = 4;

    public static string PathIn(string cluster) => Path.Combine(cluster, "postmaster.pid");

    /// <summary>The process that serves this cluster, or null. The folder is null until the server has opened its socket.</summary>
    public static (int ProcessId, string? SocketFolder)? FindServer(string cluster)
    {
        var lines = Lines(PathIn(cluster));
        if (lines.Length == 0
            || !int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !IsServerOf(id, cluster))
            return null;

        return (id, lines.Length > SocketLine && lines[SocketLine] is { Length: > 0 } folder ? folder : null);
    }

    /// <summary>
    /// A number alone proves nothing: after a restart, above all in a container, it soon names some other process, and PostgreSQL
    /// would then refuse to start. A wrong "no" is harmless: PostgreSQL also finds a second server by the cluster's shared memory.
    /// </summary>
    public static bool IsServerOf(int processId, string cluster)
    {
        try
        {
            var process = $"/proc/{processId}";
            var stat = File.ReadAllText($"{process}/stat");
            if (stat[stat.LastIndexOf(')') + 2] is 'Z' or 'X')
                return false;

            var arguments = File.ReadAllText($"{process}/cmdline").Split('\0');
            if (Path.GetFileName(arguments[0]) is not ("postgres" or "postmaster"))
                return false;

            // The arguments are everybody's to read; the working directory needs CAP_SYS_PTRACE, which root in a container lacks.
            return arguments.SkipWhile(argument => argument != "-D").ElementAtOrDefault(1) == cluster
                || WorkingDirectory(process) == cluster;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? WorkingDirectory(string process)
    {
        try
        {
            return File.ResolveLinkTarget($"{process}/cwd", returnFinalTarget: false)?.FullName;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }
}
