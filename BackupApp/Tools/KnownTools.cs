using System.Collections.Concurrent;

namespace BackupApp.Tools;

/// <summary>
/// Remembers what programs are, until their file changes. That one could not be identified is never remembered: a
/// machine under load, or a library that was missing for a while, must not hide it until the next start of this process.
/// </summary>
/// <param name="identify">Gets the file's path; null for what does not work.</param>
internal sealed class KnownTools<T>(Func<string, T?> identify)
    where T : class
{
    private readonly ConcurrentDictionary<(string Path, DateTime Changed), T> _known = new();

    public T? Find(string file)
    {
        var key = (file, File.GetLastWriteTimeUtc(file));
        if (_known.TryGetValue(key, out var known))
            return known;
        return identify(file) is { } found ? _known.GetOrAdd(key, found) : null;
    }
}
