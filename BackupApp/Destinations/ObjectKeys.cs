using System.Text;

namespace BackupApp.Destinations;

/// <summary>
/// What a key may look like: the same in a bucket and in a folder, so that a destination can be moved from one to the other.
/// </summary>
internal static class ObjectKeys
{
    /// <summary>Ending of a folder's unfinished upload; a finished object may not carry it.</summary>
    public const string PartialSuffix = ".partial";

    // S3's limit for the whole key, prefix included.
    private const int MaxKeyBytes = 1024;

    // A file name may have 255 bytes; 41 are the upload id and ".partial".
    private const int MaxSegmentBytes = 214;

    /// <exception cref="StoreException">
    /// <see cref="StoreError.InvalidConfiguration"/>: the key could leave its place or cannot be stored.
    /// </exception>
    public static string Check(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var isBad = Encoding.UTF8.GetByteCount(key) > MaxKeyBytes
            || key.EndsWith(PartialSuffix, StringComparison.Ordinal)
            || key.Split('/').Any(IsBadSegment);
        return isBad ? throw Refuse(key) : key;
    }

    /// <summary>The same for the beginning of keys, which may be empty and may end anywhere.</summary>
    public static string CheckPrefix(string keyPrefix)
    {
        ArgumentNullException.ThrowIfNull(keyPrefix);
        var segments = keyPrefix.Split('/');
        // The last segment is unfinished: "a." may go on to be "a.txt".
        var isBad = Encoding.UTF8.GetByteCount(keyPrefix) > MaxKeyBytes
            || segments[..^1].Any(IsBadSegment)
            || segments[^1] is ".." || segments[^1].Any(char.IsControl);
        return isBad ? throw Refuse(keyPrefix) : keyPrefix;
    }

    private static bool IsBadSegment(string segment) =>
        segment is "" or "." or ".."
        || segment.Any(c => char.IsControl(c) || c == '\\')
        || Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes;

    private static StoreException Refuse(string key) =>
        new(StoreError.InvalidConfiguration, $"'{Printable(key)}' cannot be the name of a stored object.");

    private static string Printable(string key) =>
        string.Concat((key.Length > 100 ? key[..100] + "…" : key).Select(c => char.IsControl(c) ? '?' : c));
}
