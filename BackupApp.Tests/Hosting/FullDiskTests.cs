using BackupApp.Hosting;
using BackupApp.Hosting.Embedded;
using BackupApp.Tests.Support;
using Npgsql;

namespace BackupApp.Tests.Hosting;

/// <summary>A start on a full disk says that it is full. On small file systems of their own (tmpfs), which only root can mount.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task A_new_database_that_does_not_fit()
    {
        await using var folder = new EmbeddedFolder();
        await MountAsync(folder, "10m");
        try
        {
            await DemandFullAsync(folder);
        }
        finally
        {
            await UnmountAsync(folder);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(96)]
    public async Task An_existing_database_on_a_disk_that_has_filled_up(int freeKilobytes)
    {
        await using var folder = new EmbeddedFolder();
        await MountAsync(folder, "160m");
        try
        {
            await (await folder.StartAsync()).DisposeAsync();
            await RunAsync("find", folder.Cluster, "-name", "pg_internal.init", "-delete");
            await File.WriteAllBytesAsync(folder.Combine("reserve"), new byte[freeKilobytes * 1024], TestContext.Current.CancellationToken);
            await Shell.RunAsync("dd", ["if=/dev/zero", $"of={folder.Combine("filler")}", "bs=4096"]);
            File.Delete(folder.Combine("reserve"));

            await DemandFullAsync(folder);

            File.Delete(folder.Combine("filler"));
            await (await folder.StartAsync()).DisposeAsync();
        }
        finally
        {
            await UnmountAsync(folder);
        }
    }

    [Fact]
    public void The_words_and_codes_of_a_full_disk_are_known()
    {
        Assert.True(FullDisk.IsBehind(new IOException("whatever", 28)));
        Assert.True(FullDisk.IsBehind(new InvalidOperationException("outer", new IOException("whatever", 122))));
        Assert.True(FullDisk.IsBehind(new PostgresException("could not extend file", "ERROR", "ERROR", "53100")));
        Assert.True(FullDisk.IsBehind(new PostgresException("could not write init file", "FATAL", "FATAL", "XX000")));
        Assert.False(FullDisk.IsBehind(new PostgresException("too many connections", "FATAL", "FATAL", "53300")));
        Assert.False(FullDisk.IsBehind(new IOException("Permission denied", 13)));
    }

    private static async Task DemandFullAsync(EmbeddedFolder folder)
    {
        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(folder.StartAsync);
        Assert.Contains($"The disk that holds {folder.Path} is full", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("init file", refused.Message, StringComparison.Ordinal);
    }

    private static async Task MountAsync(EmbeddedFolder folder, string size)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can mount a file system.");
        Directory.CreateDirectory(folder.Path);
        var (exitCode, output) = await Shell.RunAsync("mount", ["-t", "tmpfs", "-o", $"size={size},mode=711", "tmpfs", folder.Path]);
        Assert.SkipUnless(exitCode == 0, $"This machine lets nobody mount a file system: {output}");
    }

    private static async Task UnmountAsync(EmbeddedFolder folder)
    {
        folder.KillServer();
        // A process of the server may hold it for a moment longer.
        await RunAsync("umount", "--lazy", folder.Path);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var (exitCode, output) = await Shell.RunAsync(program, arguments);
        Assert.True(exitCode == 0, output);
    }
}
