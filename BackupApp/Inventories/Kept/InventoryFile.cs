using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace BackupApp.Inventories.Kept;

/// <summary>The full inventory as a file beside its backup.</summary>
public static class InventoryFile
{
    /// <summary>Follows the backup's own name.</summary>
    public const string Suffix = ".inventory.json.gz";

    public const string ContentType = "application/gzip";

    /// <summary>The same inventory makes the same file.</summary>
    /// <param name="sorted">As <see cref="KeptTables.Sorted"/> makes it.</param>
    /// <returns>The file, and the SHA-256 of the JSON in it.</returns>
    public static (byte[] File, byte[] Sha256) Of(Inventory sorted)
    {
        var file = new MemoryStream();
        using var sha256 = SHA256.Create();
        using (var gzip = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true))
        using (var hashed = new CryptoStream(gzip, sha256, CryptoStreamMode.Write, leaveOpen: true))
            JsonSerializer.Serialize(hashed, sorted, InventoryJson.Options);
        return (file.ToArray(), sha256.Hash!);
    }
}
