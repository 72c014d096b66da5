using System.Globalization;
using BackupApp.Errors;
using BackupApp.Tools;

namespace BackupApp.Engines.Postgres;

/// <param name="PgDump">Full path.</param>
/// <param name="Major">For example 15.</param>
/// <param name="Version">As the tool writes it, for example <c>15.18</c> or <c>19beta1</c>.</param>
public sealed record PgClient(string PgDump, int Major, string Version)
{
    /// <summary>Its pair from the same folder: pg_dumpall insists on a pg_dump of its own version beside it.</summary>
    public string PgDumpAll => Path.Combine(Path.GetDirectoryName(PgDump)!, "pg_dumpall");
}

/// <summary>
/// The PostgreSQL clients of this machine: those where Debian and Red Hat put them side by side, the one on PATH, and those in
/// <paramref name="extraFolders"/> (folders that hold a pg_dump). Looked for at every call, since packages come and go while we run; a
/// tool's version is asked again only when its file has changed.
/// </summary>
/// <param name="patience">For one program to say its version; null for 15 s.</param>
public sealed class PgTools(IEnumerable<string> extraFolders, bool searchesUsualPlaces = true, TimeSpan? patience = null)
{
    // 15.9 before 15.10.
    private static readonly StringComparer VersionOrder = StringComparer.Create(
        CultureInfo.InvariantCulture, CompareOptions.NumericOrdering);

    private readonly string[] _extraFolders = [.. extraFolders];
    private readonly KnownTools<PgClient> _known = new(file => AskVersion(file, patience ?? ToolVersion.Limit));

    /// <summary>The majors for people, for example <c>13, 15</c>, or <c>none</c>.</summary>
    public string InstalledMajors
    {
        get
        {
            var majors = Installed().Select(c => c.Major).Distinct().ToList();
            return majors.Count == 0 ? "none" : string.Join(", ", majors);
        }
    }

    /// <summary>Oldest first; of one major the oldest minor first.</summary>
    public IReadOnlyList<PgClient> Installed() =>
        [.. Candidates().Select(_known.Find).OfType<PgClient>().OrderBy(c => c.Major).ThenBy(c => c.Version, VersionOrder)];

    /// <summary>For example <c>pg_dump 13, 15</c>.</summary>
    public string InstalledForPeople => InstalledMajors == "none" ? "no pg_dump at all" : $"pg_dump {InstalledMajors}";

    public bool CanDump(int major) => Installed().Any(c => c.Major >= major);

    /// <summary>The client of the server's own major, else of the nearest newer one: pg_dump refuses servers newer than itself.</summary>
    /// <exception cref="DumpFailedException"><c>server_version_unsupported</c></exception>
    public PgClient Choose(int serverMajor)
    {
        var group = Installed().Where(c => c.Major >= serverMajor).GroupBy(c => c.Major).FirstOrDefault();
        if (group is not null)
            return group.Last();

        throw new DumpFailedException(
            RunStage.Connect,
            "server_version_unsupported",
            $"The server is PostgreSQL {serverMajor}, and pg_dump must be at least as new. Installed here: {InstalledMajors}. "
            + $"Install the package postgresql-client-{serverMajor} (Debian, Ubuntu) or postgresql{serverMajor} (Red Hat) "
            + "from PostgreSQL's own repository.");
    }

    private IEnumerable<string> Candidates()
    {
        return _extraFolders
            .Concat(searchesUsualPlaces ? UsualPlaces() : [])
            .Select(folder => Path.Combine(folder, "pg_dump"))
            .Where(File.Exists)
            .Select(RealPath)
            .Where(file => Path.GetFileName(file) == "pg_dump") // Debian's /usr/bin/pg_dump is a script that picks a version by itself.
            .Distinct(StringComparer.Ordinal);
    }

    private static IEnumerable<string> UsualPlaces() => SideBySide("/usr/lib/postgresql", "*")
        .Concat(SideBySide("/usr", "pgsql-*"))
        .Concat(
            (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(':', StringSplitOptions.RemoveEmptyEntries)
                .Where(Path.IsPathRooted));

    private static IEnumerable<string> SideBySide(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, pattern).Select(d => Path.Combine(d, "bin")) : [];

    private static string RealPath(string file) =>
        File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(file);

    /// <summary>Null for what is not a working pg_dump.</summary>
    private static PgClient? AskVersion(string file, TimeSpan limit) => ToolVersion.Ask(file, limit) is { } line ? Parse(file, line) : null;

    // "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
    private static PgClient? Parse(string file, string line)
    {
        var version =
            line.Split(") ", 2) is [var name, var rest] && name.StartsWith("pg_dump (", StringComparison.Ordinal)
                ? rest.Split(' ', '\n')[0]
                : "";
        var digits = version.TakeWhile(char.IsAsciiDigit).Count();
        return int.TryParse(version.AsSpan(0, digits), CultureInfo.InvariantCulture, out var major)
            ? new PgClient(file, major, version)
            : null;
    }
}
