using System.Collections.Concurrent;
using BackupApp.Tools;

namespace BackupApp.Engines.Mongo;

/// <param name="MongoDump">Full path.</param>
/// <param name="Version">As the tool writes it, for example <c>100.12.0</c>.</param>
public sealed record MongoClientTool(string MongoDump, string Version);

/// <summary>
/// MongoDB's dump tool on this machine: in <paramref name="extraFolders"/>, on PATH, or where packages put it, the first that works. It has a
/// version of its own, the same for all servers. Looked for at every call, since packages come and go while we run.
/// </summary>
public sealed class MongoTools(IEnumerable<string> extraFolders) : IMongoSupport
{
    private const string Program = "mongodump";
    private const string VersionLine = "mongodump version:";

    private static readonly string[] UsualFolders = ["/usr/bin", "/usr/local/bin", "/opt/mongodb-database-tools/bin", "/usr/local/mongodb-database-tools/bin"];

    private readonly string[] _extraFolders = [.. extraFolders];
    private readonly ConcurrentDictionary<(string Path, DateTime Changed), MongoClientTool?> _known = new();

    string? IMongoSupport.Installed => Find() is { } tool ? $"{Program} {tool.Version}" : null;

    /// <summary>Null when there is none.</summary>
    public MongoClientTool? Find()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathRooted);
        return _extraFolders.Concat(path).Concat(UsualFolders)
            .Select(folder => Path.Combine(folder, Program))
            .Where(File.Exists)
            .Select(file => _known.GetOrAdd((file, File.GetLastWriteTimeUtc(file)), key => Identify(key.Path)))
            .FirstOrDefault(tool => tool is not null);
    }

    // "mongodump version: 100.12.0", then the versions of git, Go and the system.
    private static MongoClientTool? Identify(string file)
    {
        var line = ToolVersion.Ask(file)?.Split('\n')[0] ?? "";
        var version = line.StartsWith(VersionLine, StringComparison.Ordinal) ? line[VersionLine.Length..].Trim() : "";
        return version.Length > 0 && char.IsAsciiDigit(version[0]) ? new(file, version) : null;
    }
}
