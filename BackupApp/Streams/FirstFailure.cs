using System.Runtime.ExceptionServices;

namespace BackupApp.Streams;

/// <summary>What several tasks that work on one thing share: the first exception wins and stops them all.</summary>
internal sealed class FirstFailure : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private ExceptionDispatchInfo? _failure;

    public FirstFailure() => Stopped = _stop.Token;

    /// <summary>Cancelled by the first failure.</summary>
    public CancellationToken Stopped { get; }

    public void Set(Exception exception)
    {
        if (Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null) is null)
            _stop.Cancel();
    }

    /// <summary>Makes cancellation of <paramref name="cancellationToken"/> a failure like any other.</summary>
    public CancellationTokenRegistration SetWhenCanceled(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(_ => Set(new OperationCanceledException(cancellationToken)), null);

    /// <summary>Throws the failure as it was.</summary>
    public void ThrowIfSet() => Volatile.Read(ref _failure)?.Throw();

    public void Dispose() => _stop.Dispose();
}
