using BackupApp.Data;

namespace BackupApp.Hosting.Embedded;

/// <summary>Files whose content survives a power cut.</summary>
internal static class DurableFile
{
    /// <summary>
    /// Writes a 0600 file that is either the old or the new one after a power cut. Never follows a link that somebody left in its place.
    /// </summary>
    public static void Replace(string path, string content)
    {
        var draft = path + ".new";
        File.Delete(draft);
        using (var stream = new FileStream(
            draft,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = DataDirectory.OwnerFile,
            }))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(content));
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }
}
