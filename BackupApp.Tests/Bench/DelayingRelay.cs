using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace BackupApp.Tests.Bench;

/// <summary>
/// Passes every byte on after a fixed time, in both directions, like a long wire: what is under way does not hold up what follows.
/// </summary>
public sealed class DelayingRelay : IAsyncDisposable
{
    // What a long wire holds; a sender that is further ahead waits.
    private const int Pieces = 512;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _target;
    private readonly TimeSpan _delay;
    private readonly Task _accepting;

    public DelayingRelay(Uri target, TimeSpan delay)
    {
        (_target, _delay) = (target, delay);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
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
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await server.ConnectAsync(_target.Host, _target.Port, _stop.Token);
                await await Task.WhenAny(
                    CopyAsync(client.GetStream(), server.GetStream()), CopyAsync(server.GetStream(), client.GetStream()));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                return; // One of them hung up, and so does the relay on the other.
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        var wire = Channel.CreateBounded<(ReadOnlyMemory<byte> Bytes, DateTime Due)>(Pieces);
        var arriving = ArriveAsync(wire.Reader, to);
        while (true)
        {
            var piece = new byte[64 * 1024];
            var count = await from.ReadAsync(piece, _stop.Token);
            if (count == 0)
                break;
            await wire.Writer.WriteAsync((piece.AsMemory(0, count), DateTime.UtcNow + _delay), _stop.Token);
        }

        wire.Writer.Complete();
        await arriving;
    }

    private async Task ArriveAsync(ChannelReader<(ReadOnlyMemory<byte> Bytes, DateTime Due)> wire, NetworkStream to)
    {
        await foreach (var (bytes, due) in wire.ReadAllAsync(_stop.Token))
        {
            if (due - DateTime.UtcNow is { Ticks: > 0 } left)
                await Task.Delay(left, _stop.Token);
            await to.WriteAsync(bytes, _stop.Token);
        }
    }
}
