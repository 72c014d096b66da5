namespace BackupApp.Hosting.Embedded;

/// <summary>
/// The server's log, of which at most two files of <see cref="Largest"/> bytes are kept. PostgreSQL's own collector cannot
/// promise that: it rotates by size but removes nothing. The server appends (O_APPEND), so that the file can be emptied under it.
/// </summary>
internal sealed class ServerLog(string path)
{
    private const long Largest = 10 * 1024 * 1024;
    private const int LinesShown = 15;

    public string Path { get; } = path;

    public async Task PrepareAsync(ServerAccount account, CancellationToken cancellationToken)
    {
        using (File.Open(Path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            // Opening it was all: the server may not make files in the data directory itself.
        }

        await account.TakeAsync(Path, cancellationToken);
        RotateWhenLarge();
    }

    /// <summary>Where the next line will begin.</summary>
    public long End => new FileInfo(Path).Length;

    /// <summary>The last lines written since <paramref name="start"/>.</summary>
    public string LinesSince(long start)
    {
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = Math.Min(start, stream.Length);
        using var reader = new StreamReader(stream);
        return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(LinesShown));
    }

    public void RotateWhenLarge(long largest = Largest)
    {
        if (End < largest)
            return;

        File.Copy(Path, Path + ".1", overwrite: true);
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.SetLength(0);
    }
}
