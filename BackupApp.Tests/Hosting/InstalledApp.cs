using System.Text.Json;

namespace BackupApp.Tests.Hosting;

/// <summary>The program in a folder of its own as an installation lays it out: nothing refers to the build's folders.</summary>
internal sealed class InstalledApp : IDisposable
{
    private const string BuildManifest = "BackupApp.staticwebassets.runtime.json";

    public InstalledApp()
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(f => Path.GetFileName(f) != BuildManifest))
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        Copy(SourceAssets(), Path.Combine(Folder, "wwwroot"));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("backupapp-installed-").FullName;

    public string Program => Path.Combine(Folder, "BackupApp.dll");

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    // The build's manifest names the source folder of the assets first.
    private static string SourceAssets()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, BuildManifest)));
        return manifest.RootElement.GetProperty("ContentRoots")[0].GetString()!;
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.EnumerateDirectories(from))
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
    }
}
