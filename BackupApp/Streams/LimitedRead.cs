namespace BackupApp.Streams;

/// <summary>A foreign answer, read up to so many bytes and no further.</summary>
internal sealed class LimitedRead(Stream inner, long most, Func<Exception> tooLong) : ReadOnlyStream
{
    private long _left = most;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, cancellationToken));

    public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private int Count(int read) => (_left -= read) >= 0 ? read : throw tooLong();
}
