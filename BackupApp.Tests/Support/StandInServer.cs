using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace BackupApp.Tests.Support;

/// <summary>Answers whatever is asked first with fixed bytes, then speaks TLS if it has a certificate, then hangs up.</summary>
public sealed class StandInServer : IDisposable
{
    private readonly TcpListener _listener;
    private readonly byte[] _answer;
    private readonly X509Certificate2? _certificate;

    public StandInServer(byte[] answer, (string Certificate, string Key)? certificate = null, IPAddress? address = null)
    {
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _answer = answer;
        _certificate = certificate is { } pem ? X509Certificate2.CreateFromPem(pem.Certificate, pem.Key) : null;
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

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
                await AnswerAsync(await _listener.AcceptTcpClientAsync());
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
                var stream = client.GetStream();
                await client.Client.ReceiveAsync(new byte[1024]); // All of it: closing with unread bytes would reset the connection.
                await stream.WriteAsync(_answer);
                if (_certificate is null)
                    return;
                await using var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(_certificate);
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                return; // The client hung up, as it should.
            }
        }
    }
}
