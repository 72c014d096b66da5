namespace BackupApp.Streams;

/// <summary>
/// Compresses blocks one after the other, each by itself and ended on a byte boundary, so that they
/// join into one deflate stream. For one thread.
/// </summary>
internal abstract class Deflater : IDisposable
{
    /// <summary>
    /// The fastest that is on this machine: ISA-L for its levels 1 to 3, for the others and where it is not installed .NET's zlib.
    /// </summary>
    /// <param name="level">1–9.</param>
    public static Deflater Create(int level) =>
        level <= Isal.MaxLevel && Isal.IsInstalled ? new IsalDeflater(level) : new ZlibDeflater(level);

    /// <returns>Bytes written to <paramref name="output"/>; null when that is too small.</returns>
    public abstract int? Deflate(byte[] input, int length, byte[] output);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
