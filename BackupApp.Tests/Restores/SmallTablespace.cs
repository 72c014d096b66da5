using System.Globalization;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Restores;

/// <summary>
/// A tablespace on a small file system of its own (tmpfs), which only root can mount. On a server of the test's own only: one that
/// loses a tablespace can write no checkpoint any more.
/// </summary>
internal sealed class SmallTablespace : IAsyncDisposable
{
    private readonly RestoreServer _server;
    private readonly string _folder;

    private SmallTablespace(RestoreServer server, string folder) => (_server, _folder) = (server, folder);

    private string Filler => Path.Combine(_folder, "filler");

    public string Name { get; } = $"small_{Guid.NewGuid():N}";

    /// <summary>Skips the test where nobody may mount one, or the server does not see it.</summary>
    public static async Task<SmallTablespace> MountAsync(RestoreServer server, int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("backupapp-small-").FullName;
        var size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=755");
        var (exitCode, output) = await Shell.RunAsync("mount", ["-t", "tmpfs", "-o", size, "tmpfs", folder]);
        Assert.SkipUnless(exitCode == 0, $"This machine lets nobody mount a file system: {output}");
        var space = new SmallTablespace(server, folder);
        try
        {
            Assert.Equal((0, ""), await Shell.RunAsync("bash", ["-c", "mkdir \"$1/data\" && chown postgres \"$1/data\"", "bash", folder]));
            await server.ExecuteAsync($"CREATE TABLESPACE {space.Name} LOCATION '{folder}/data'");
            return space;
        }
        catch
        {
            await UnmountAsync(folder);
            throw;
        }
    }

    /// <summary>Takes all of it but so many bytes.</summary>
    public async Task FillAsync(long leave)
    {
        var free = new DriveInfo(_folder).AvailableFreeSpace - leave;
        await File.WriteAllBytesAsync(Filler, new byte[free], TestContext.Current.CancellationToken);
    }

    /// <summary>With every database in it.</summary>
    public async ValueTask DisposeAsync()
    {
        // Without room there is no checkpoint, and without a checkpoint nothing is dropped.
        File.Delete(Filler);
        var databases = await _server.ScalarAsync<string[]>(
            "SELECT array_agg(datname::text) FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace "
            + $"WHERE spcname = '{Name}'");
        foreach (var database in databases ?? [])
            await _server.ExecuteAsync($"DROP DATABASE {TestPostgres.Quote(database)} WITH (FORCE)");
        await _server.ExecuteAsync($"DROP TABLESPACE {Name}");
        await UnmountAsync(_folder);
    }

    private static async Task UnmountAsync(string folder)
    {
        await Shell.RunAsync("umount", [folder]);
        Directory.Delete(folder);
    }
}
