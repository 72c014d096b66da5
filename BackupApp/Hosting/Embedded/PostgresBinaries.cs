using System.Globalization;
using System.Text.RegularExpressions;

namespace BackupApp.Hosting.Embedded;

/// <summary>PostgreSQL's server programs of one major version.</summary>
internal sealed partial record PostgresBinaries(int Major, string Folder)
{
    /// <summary>The oldest major whose databases BackupApp's own schema is tested with.</summary>
    private const int OldestMajor = 13;

    private static readonly string[] Programs = ["postgres", "initdb", "pg_ctl"];

    public string Initdb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    /// <summary>Where distributions put server programs: Debian's and Ubuntu's, the PostgreSQL project's for Red Hat, then PATH.</summary>
    public static IReadOnlyList<string> UsualFolders() =>
    [
        .. Subfolders("/usr/lib/postgresql", "*"),
        .. Subfolders("/usr", "pgsql-*"),
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries),
    ];

    /// <summary>One entry per installed major, newest first; where a major is found twice the earlier folder wins.</summary>
    public static async Task<IReadOnlyList<PostgresBinaries>> FindAsync(IEnumerable<string> folders, CancellationToken cancellationToken)
    {
        var found = new SortedDictionary<int, PostgresBinaries>(Comparer<int>.Create((a, b) => b.CompareTo(a)));
        foreach (var folder in folders.Where(IsComplete))
        {
            var (_, version) = await ServerProgram.RunAsync(Path.Combine(folder, "postgres"), ["--version"], cancellationToken);
            if (MajorVersion().Match(version) is { Success: true } match
                && int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var major)
                found.TryAdd(major, new PostgresBinaries(major, folder));
        }

        return [.. found.Values];
    }

    /// <summary>A cluster is only ever run by the major that made it; a new one is made by the newest.</summary>
    /// <param name="clusterMajor">Null before the cluster exists.</param>
    /// <exception cref="EmbeddedPostgresException">That version is not installed.</exception>
    public static PostgresBinaries Choose(IReadOnlyList<PostgresBinaries> installed, int? clusterMajor, string cluster)
    {
        if (clusterMajor is null)
            return installed.FirstOrDefault(b => b.Major >= OldestMajor) ?? throw new EmbeddedPostgresException(
                $"No PostgreSQL server programs ({OldestMajor} or newer) are installed on this machine. "
                + "Install them, for example with 'apt-get install postgresql', "
                + "or set ConnectionStrings__BackupApp to a PostgreSQL server.");

        return installed.FirstOrDefault(b => b.Major == clusterMajor) ?? throw new EmbeddedPostgresException(
                $"The database in {cluster} was made by PostgreSQL {clusterMajor}, "
                + $"whose server programs are not installed (found: {Names(installed)}). "
                + $"Install them, for example with 'apt-get install postgresql-{clusterMajor}', "
                + "or move the database to a newer version with pg_upgrade.");
    }

    private static string Names(IReadOnlyList<PostgresBinaries> installed) =>
        installed.Count == 0 ? "none" : string.Join(", ", installed.Select(b => b.Major));

    private static bool IsComplete(string folder) =>
        Programs.All(program => File.Exists(Path.Combine(folder, program)));

    private static IEnumerable<string> Subfolders(string parent, string pattern) =>
        Directory.Exists(parent) ? Directory.EnumerateDirectories(parent, pattern).Select(folder => Path.Combine(folder, "bin")) : [];

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)", RegexOptions.None, 1000)]
    private static partial Regex MajorVersion();
}
