using BackupApp.Tools;

namespace BackupApp.Engines.Mongo;

/// <param name="MongoDump">Full path.</param>
/// <param name="Version">As the tool writes it, for example <c>100.12.0</c>.</param>
public sealed record MongoClientTool(string MongoDump, string Version);

/// <summary>
/// MongoDB's dump tool on this machine: in <paramref name="extraFolders"/>, on PATH, or where packages put it, the first that
/// works. It has a version of its own, the same for all servers. Looked for at every call, since packages come and go while we run.
/// </summary>
/// <param name="patience">For one program to say its version; null for 15 s.</param>
public sealed class MongoTools(IEnumerable<string> extraFolders, bool searchesUsualPlaces = true, TimeSpan? patience = null)
{
    private const string Program = "mongodump";
    private const string VersionLine = "mongodump version:";

    private static readonly string[] UsualFolders =
    [
        "/usr/bin",
        "/usr/local/bin",
        "/opt/mongodb-database-tools/bin",
        "/usr/local/mongodb-database-tools/bin",
    ];

    private readonly string[] _extraFolders = [.. extraFolders];
    private readonly KnownTools<MongoClientTool> _known = new(file => Identify(file, patience ?? ToolVersion.Limit));

    /// <summary>Null when there is none.</summary>
    public MongoClientTool? Find()
    {
        return _extraFolders.Concat(searchesUsualPlaces ? UsualPlaces() : [])
            .Select(folder => Path.Combine(folder, Program))
            .Where(File.Exists)
            .Select(_known.Find)
            .FirstOrDefault(tool => tool is not null);
    }

    private static IEnumerable<string> UsualPlaces() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathRooted)
            .Concat(UsualFolders);

    // "mongodump version: 100.12.0", then the versions of git, Go and the system.
    private static MongoClientTool? Identify(string file, TimeSpan limit)
    {
        var line = ToolVersion.Ask(file, limit)?.Split('\n')[0] ?? "";
        var version = line.StartsWith(VersionLine, StringComparison.Ordinal) ? line[VersionLine.Length..].Trim() : "";
        return version.Length > 0 && char.IsAsciiDigit(version[0]) ? new(file, version) : null;
    }
}
