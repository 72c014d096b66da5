using System.Net;
using System.Net.Sockets;

namespace BackupApp.Tests.Support;

/// <summary>An address that swallows packets: a listener whose queue is full and that never accepts.</summary>
public sealed class BlackHole : IDisposable
{
    private readonly List<Socket> _sockets = [];

    public BlackHole()
    {
        var listener = NewSocket();
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        // The queue is full once a connection is no longer completed.
        for (var waiting = 0; waiting < 3;)
        {
            var filler = NewSocket();
            var connected = filler.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port));
            if (!connected.Wait(TimeSpan.FromMilliseconds(200)))
                waiting++;
        }
    }

    public int Port { get; }

    public void Dispose() => _sockets.ForEach(s => s.Dispose());

    private Socket NewSocket()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        return socket;
    }
}
