namespace BackupApp.Engines.Postgres.Archives;

/// <summary>The beginning of an archive in PostgreSQL's custom format.</summary>
/// <param name="Version">The minor part of the format's version: 14, 15 or 16.</param>
/// <param name="OffsetSize">Bytes of a position within the file.</param>
/// <param name="Compression">pg_dump's own: <c>none</c>, <c>gzip</c>, <c>lz4</c> or <c>zstd</c>.</param>
/// <param name="Created">By the clock, and in the time zone, of the machine where it was made.</param>
/// <param name="EntryCount">As it says; whether so many come is seen later.</param>
public sealed record ArchiveHeader(
    int Version,
    int OffsetSize,
    string Compression,
    DateTime? Created,
    string? Database,
    string? ServerVersion,
    string? ToolVersion,
    int EntryCount)
{
    public bool IsCompressed => Compression != "none";
}
