using System.Text.RegularExpressions;

namespace BackupApp.Destinations.Folder;

/// <summary>
/// Remembers where the file system is mounted that the folder lies on. Where it is not, as after a power cut or while a network drive is
/// away, there is an empty place of the same name: nothing may be stored in it, and nothing is gone because it is not there.
/// </summary>
internal sealed partial class FolderMount(FolderStoreSettings settings)
{
    private const int MountPoint = 4;

    /// <exception cref="StoreException"><see cref="StoreError.Unreachable"/>: it is not mounted.</exception>
    public void Require()
    {
        if (Noted is { Length: > 0 } noted && IsAbove(noted) && Mounted() is { Count: > 0 } mounted && !mounted.Contains(noted))
            throw new StoreException(
                StoreError.Unreachable,
                $"Nothing is mounted at {noted}, where the folder {settings.Root} was when backups were stored in it: mount it again. "
                + $"If the folder was moved on purpose, delete {settings.MountNote}.");
    }

    /// <summary>Remembers where it is now: something is stored in it.</summary>
    public void Note()
    {
        if (settings.MountNote is null || Mounted().Where(IsAbove).MaxBy(path => path.Length) is not { } mount)
            return;
        try
        {
            if (Noted != mount)
                File.WriteAllText(settings.MountNote, $"{mount}\n");
        }
        catch (Exception e) when (FolderErrors.IsFileSystem(e))
        {
            return; // What was stored is a backup all the same; the next one writes it.
        }
    }

    private string? Noted =>
        settings.MountNote is { } note && File.Exists(note) ? File.ReadAllText(note).Trim() : null;

    private bool IsAbove(string path) =>
        path == "/" || settings.Root == path || settings.Root.StartsWith($"{path}/", StringComparison.Ordinal);

    // "36 35 98:0 / /mnt/a\040disk rw,noatime - ext4 /dev/sda1 rw"
    private HashSet<string> Mounted() => File.Exists(settings.MountTable)
        ? [.. File.ReadLines(settings.MountTable).Select(line => line.Split(' ')).Where(f => f.Length > MountPoint).Select(Path)]
        : [];

    private static string Path(string[] fields) =>
        Octal().Replace(fields[MountPoint], code => $"{(char)Convert.ToInt32(code.Groups[1].Value, 8)}");

    [GeneratedRegex(@"\\([0-7]{3})", RegexOptions.None, 1000)]
    private static partial Regex Octal();
}
