using System.IO.Compression;
using System.Text.Json;
using BackupApp.Inventories;

namespace BackupApp.Tests.Engines.Archives;

/// <summary>
/// Archives that the real tools wrote through a pipe, kept as gzip files. PostgreSQL's hold public.orders with 1234 rows, archive.logs
/// 321, public.parts_1 and parts_2 500 each (partitions of parts), "odd ""name, x" 6, nocol 7 (no columns), scratch 1 (unlogged), empty
/// 0, and 11 large objects of 3 bytes. MongoDB's hold sample.orders with 1234 documents, "odd name ü" 3, capped 1, empty 0 and a view;
/// that of a whole server also second.logs 321, admin.system.users 1, admin.system.version 2 and the oplog.
/// </summary>
public static class ArchiveSamples
{
    public const string Postgres15 = "pg_dump-15.dump";
    public const string Postgres17 = "pg_dump-17.dump";
    public const string Mongo = "mongodump-100.13-sample.archive";
    public const string MongoServer = "mongodump-100.13-server-oplog.archive";

    public static byte[] Read(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Engines", "Archives", "Samples", name + ".gz");
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        var all = new MemoryStream();
        gzip.CopyTo(all);
        return all.ToArray();
    }

    /// <param name="block">Bytes that the reader is given at once.</param>
    public static ArchiveReading ReadBy(this IArchiveReader reader, ReadOnlySpan<byte> archive, int block = int.MaxValue)
    {
        while (!archive.IsEmpty)
        {
            var here = archive[..Math.Min(block, archive.Length)];
            reader.Write(here);
            archive = archive[here.Length..];
        }

        return reader.Complete();
    }

    public static Inventory Inventory(this ArchiveReading reading) => Assert.IsType<ArchiveReading.Whole>(reading).Inventory;

    /// <summary>Everything that it says, to be compared.</summary>
    public static string Text(this ArchiveReading reading) => JsonSerializer.Serialize<object>(reading, InventoryJson.Options);

    /// <summary>A line for each table: <c>schema.name kind rows</c>.</summary>
    public static IEnumerable<string> Lines(this Inventory inventory) =>
        inventory.Tables.Select(t => $"{t.Schema}.{t.Name} {t.Kind} {(object?)t.Rows ?? t.State}");
}
