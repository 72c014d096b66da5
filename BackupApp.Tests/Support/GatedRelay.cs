using System.Net;
using System.Net.Sockets;

namespace BackupApp.Tests.Support;

/// <summary>
/// Stands between the app and a database server. Of each connection's answers it passes on so many bytes and
/// then holds the rest back until it is opened: a dump is then in its middle, for as long as a test wants.
/// </summary>
public sealed class GatedRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly long _allowance;
    private readonly Func<Action<ReadOnlyMemory<byte>>>? _watch;
    private readonly Task _accepting;
    private volatile bool _stands;

    /// <param name="target">Port on 127.0.0.1.</param>
    /// <param name="allowance">Bytes that each connection may receive before the gate.</param>
    /// <param name="watch">Makes for each connection what is shown its answers, piece by piece.</param>
    public GatedRelay(int target, long allowance, Func<Action<ReadOnlyMemory<byte>>>? watch = null)
    {
        (_target, _allowance, _watch) = (target, allowance, watch);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What a client gets in place of a piece of the answers; null for what was sent.</summary>
    public Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? Forge { get; set; }

    public void Open() => _open.TrySetResult();

    /// <summary>From here on nothing passes, and nobody is hung up on: as when a machine or a network loses its power.</summary>
    public void StandStill() => _stands = true;

    /// <summary>Hangs up on everybody; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        // What the server sent ahead would arrive even when it dies: with the buffer's default, all of a small dump.
        using var server = new TcpClient { NoDelay = true, ReceiveBufferSize = 256 * 1024 };
        using (client)
        {
            using var connection = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            try
            {
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, _target, connection.Token);
                var requests = CopyAsync(client.GetStream(), server.GetStream(), long.MaxValue, null, isAnswer: false, connection.Token);
                var answers = CopyAsync(
                    server.GetStream(), client.GetStream(), _allowance, _watch?.Invoke(), isAnswer: true, connection.Token);
                var first = await Task.WhenAny(requests, answers);
                await first;
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                return; // One of them hung up, and so does the relay on the other.
            }
            finally
            {
                await connection.CancelAsync();
            }
        }
    }

    private async Task CopyAsync(
        NetworkStream from, NetworkStream to, long allowance, Action<ReadOnlyMemory<byte>>? watch, bool isAnswer,
        CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        for (int count; (count = await from.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            watch?.Invoke(buffer.AsMemory(0, count));
            allowance -= count;
            if (allowance < 0 || _stands)
                await _open.Task.WaitAsync(cancellationToken);
            await to.WriteAsync(Forged(buffer.AsMemory(0, count), isAnswer), cancellationToken);
        }
    }

    private ReadOnlyMemory<byte> Forged(ReadOnlyMemory<byte> piece, bool isAnswer) =>
        isAnswer && Forge is { } forge ? forge(piece) : piece;
}
