namespace BackupApp.Streams;

/// <summary>
/// Lets so many bytes a second pass, as a token bucket that holds half a second's worth: a write that
/// finds it empty waits. For one thread, which it blocks; the tool behind the pipe then waits too.
/// </summary>
/// <param name="inner">Where the bytes go.</param>
/// <param name="bytesPerSecond">From 1.</param>
/// <param name="cancellationToken">Ends a wait.</param>
public sealed class RateLimitedStream(Stream inner, long bytesPerSecond, TimeProvider time, CancellationToken cancellationToken)
    : WriteOnlyStream
{
    private readonly long _depth = Math.Max(1, bytesPerSecond / 2);
    private double _tokens = Math.Max(1, bytesPerSecond / 2);
    private long _since = time.GetTimestamp();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var piece = (int)Math.Min(buffer.Length, _depth);
            Take(piece);
            inner.Write(buffer[..piece]);
            buffer = buffer[piece..];
        }
    }

    public override void Flush() => inner.Flush();

    private void Take(int bytes)
    {
        for (Fill(); _tokens < bytes; Fill())
        {
            // A timer counts in milliseconds; less than one would be a loop without a pause.
            var wait = TimeSpan.FromSeconds(Math.Max(0.001, (bytes - _tokens) / bytesPerSecond));
            Task.Delay(wait, time, cancellationToken).GetAwaiter().GetResult();
        }

        _tokens -= bytes;
    }

    private void Fill()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(_depth, _tokens + (time.GetElapsedTime(_since, now).TotalSeconds * bytesPerSecond));
        _since = now;
    }
}
