using System.Net;
using System.Net.Sockets;
using System.Text;
using BackupApp.Destinations.S3;

namespace BackupApp.Tests.Support;

/// <summary>
/// Answers every request with bytes and bytes, up to 600 MB, and counts those that were taken: a plain socket notices at once when nobody
/// takes them.
/// </summary>
public sealed class FloodingStore : IDisposable
{
    private const long Most = 600 * 1000 * 1000;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _beginning;
    private long _taken;

    /// <param name="beginning">Of the body.</param>
    /// <param name="length">What the answer says of its length; null for nothing.</param>
    public FloodingStore(int status, string beginning, long? length = null)
    {
        var body = length is null ? "Connection: close" : $"Content-Length: {length}";
        _beginning = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status} Answer\r\nContent-Type: application/xml\r\nETag: \"1\"\r\n{body}\r\n\r\n{beginning}");
        _listener.Start();
        _ = ServeAsync();
    }

    public S3StoreSettings Settings => new(
        new Uri($"http://{_listener.LocalEndpoint}"),
        "us-east-1",
        "bucket",
        AccessKeyId: "AKIATESTTESTTEST",
        SecretAccessKey: "very-secret",
        ForcePathStyle: true);

    /// <summary>Bytes, those in the sockets' buffers included.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                _ = FloodAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return; // Disposed.
        }
    }

    private async Task FloodAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                await stream.ReadAtLeastAsync(new byte[64 * 1024], 1);
                await stream.WriteAsync(_beginning);
                var piece = new byte[64 * 1024];
                piece.AsSpan().Fill((byte)'a');
                for (long sent = 0; sent < Most; sent += piece.Length)
                {
                    await stream.WriteAsync(piece);
                    Interlocked.Add(ref _taken, piece.Length);
                }
            }
            catch (IOException)
            {
                return; // The client hung up, as it should.
            }
        }
    }
}
