using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using BackupApp.Inventories;

namespace BackupApp.Engines.Archives;

/// <summary>
/// Reads a file that holds an archive, as it was downloaded: gzip (of one member, as BackupApp
/// makes them) or plain, as its first bytes say.
/// </summary>
public static class ArchiveFile
{
    private const int BufferSize = 256 * 1024;

    private static ReadOnlySpan<byte> GzipMagic => [0x1f, 0x8b];

    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static async Task<ArchiveReading> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);
        var first = new byte[GzipMagic.Length];
        var have = await file.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken);
        file.Position = 0;
        var contents = new Contents();
        if (have == 0 || !GzipMagic.StartsWith(first.AsSpan(0, have)))
            return await contents.ReadAsync(file, cancellationToken);

        await using var gzip = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
        var reading = await contents.ReadAsync(gzip, cancellationToken);
        return reading is ArchiveReading.Read { Inventory: var inventory } && !await contents.EndsAsync(file, cancellationToken)
            ? contents.Damaged("The end of the gzip file is missing, or not that of its contents.", endsEarly: true, inventory)
            : reading;
    }

    /// <summary>What is in the file, whether it was compressed or not.</summary>
    private sealed class Contents
    {
        private const int GzipTrailer = 8;

        private readonly Crc32 _checksum = new();
        private long _length;

        public async Task<ArchiveReading> ReadAsync(Stream archive, CancellationToken cancellationToken)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            IArchiveReader? reader = null;
            try
            {
                const int needed = ArchiveReaders.BeginningLength;
                var have = await archive.ReadAtLeastAsync(buffer, needed, throwOnEndOfStream: false, cancellationToken);
                if (have == 0)
                    return Damaged("It is empty.", endsEarly: true, null);
                reader = ArchiveReaders.Recognize(buffer.AsSpan(0, have));
                if (reader is null)
                    return new ArchiveReading.NotRead("It is no archive of pg_dump, pg_dumpall or mongodump.");
                for (; have > 0; have = await archive.ReadAsync(buffer, cancellationToken))
                    Add(buffer.AsSpan(0, have), reader);
                return reader.Complete();
            }
            catch (InvalidDataException)
            {
                return Damaged("The gzip file is damaged.", endsEarly: false, (reader?.Complete() as ArchiveReading.Damaged)?.SoFar);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        /// <summary>
        /// Whether a gzip file ends as it must after these contents: the decompressor does not miss an end that is not there.
        /// </summary>
        public async Task<bool> EndsAsync(FileStream file, CancellationToken cancellationToken)
        {
            var trailer = new byte[GzipTrailer];
            file.Position = file.Length - GzipTrailer;
            await file.ReadExactlyAsync(trailer, cancellationToken);
            return BinaryPrimitives.ReadUInt32LittleEndian(trailer) == _checksum.GetCurrentHashAsUInt32()
                && BinaryPrimitives.ReadUInt32LittleEndian(trailer.AsSpan(sizeof(uint))) == (uint)_length;
        }

        public ArchiveReading.Damaged Damaged(string what, bool endsEarly, Inventory? soFar) =>
            new(what, string.Create(CultureInfo.InvariantCulture, $"after {_length:N0} bytes of its contents"), endsEarly, soFar);

        private void Add(ReadOnlySpan<byte> bytes, IArchiveReader reader)
        {
            reader.Write(bytes);
            _checksum.Append(bytes);
            _length += bytes.Length;
        }
    }
}
