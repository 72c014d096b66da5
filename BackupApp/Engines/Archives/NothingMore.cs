namespace BackupApp.Engines.Archives;

/// <summary>The last of a format that has an end.</summary>
internal sealed class NothingMore : IPiece
{
    public bool Take(ref ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty ? false : throw new DamagedArchiveException("There is more after its end.");
}
