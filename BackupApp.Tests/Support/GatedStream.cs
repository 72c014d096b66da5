using BackupApp.Streams;

namespace BackupApp.Tests.Support;

/// <summary>A destination that takes nothing until it is opened, and that can be told to fail after so many bytes.</summary>
public sealed class GatedStream(long failAfter = long.MaxValue, bool heedsCancellation = true) : WriteOnlyStream
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _entered = new();
    private long _taken;

    public long Taken => Interlocked.Read(ref _taken);

    public bool IsEntered => _entered.IsSet;

    public void Open() => _open.TrySetResult();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _entered.Set();
        _open.Task.Wait();
        Take(buffer.Length);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _entered.Set();
        await _open.Task.WaitAsync(heedsCancellation ? cancellationToken : CancellationToken.None);
        Take(buffer.Length);
    }

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        _entered.Dispose();
        base.Dispose(disposing);
    }

    private void Take(int count)
    {
        if (Interlocked.Add(ref _taken, count) > failAfter)
            throw new DiskOnFireException();
    }
}

public sealed class DiskOnFireException() : Exception("The disk is on fire.");
