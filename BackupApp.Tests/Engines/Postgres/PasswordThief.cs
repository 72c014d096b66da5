using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>
/// Passes for a PostgreSQL server, asks everybody for the password in the clear, and keeps what it
/// is given. With a certificate it offers TLS.
/// </summary>
public sealed class PasswordThief : IDisposable
{
    private const int SslRequest = 80877103;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? _certificate;
    private readonly List<string> _stolen = [];
    private int _logins;

    public PasswordThief((string Certificate, string Key)? certificate = null)
    {
        _certificate = certificate is { } pem ? X509Certificate2.CreateFromPem(pem.Certificate, pem.Key) : null;
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Logins that came as far as the question.</summary>
    public int Logins => Volatile.Read(ref _logins);

    public IReadOnlyList<string> Stolen
    {
        get
        {
            lock (_stolen)
                return [.. _stolen];
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _certificate?.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return; // Disposed.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using Stream plain = client.GetStream();
                var stream = plain;
                var first = await ReadAsync(stream);
                if (first.Length == 4 && BinaryPrimitives.ReadInt32BigEndian(first) == SslRequest)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(_certificate is null ? "N" : "S"));
                    if (_certificate is not null)
                        stream = await SecureAsync(plain);
                    await ReadAsync(stream);
                }

                Interlocked.Increment(ref _logins);
                await stream.WriteAsync(new byte[] { (byte)'R', 0, 0, 0, 8, 0, 0, 0, 3 });
                if (stream.ReadByte() == 'p')
                    Keep(Encoding.UTF8.GetString(await ReadAsync(stream)).TrimEnd('\0'));
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                return; // The client hung up, as it should.
            }
        }
    }

    private async Task<Stream> SecureAsync(Stream plain)
    {
        var tls = new SslStream(plain);
        await tls.AuthenticateAsServerAsync(_certificate!);
        return tls;
    }

    private void Keep(string password)
    {
        lock (_stolen)
            _stolen.Add(password);
    }

    // A length, itself included, and as many bytes.
    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4];
        await stream.ReadExactlyAsync(body);
        return body;
    }
}
