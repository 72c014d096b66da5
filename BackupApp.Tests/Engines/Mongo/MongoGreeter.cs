using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MongoDB.Bson;

namespace BackupApp.Tests.Engines.Mongo;

/// <summary>
/// Says who it is, as a MongoDB server does before any login, and nothing more. With a certificate it speaks nothing but TLS.
/// </summary>
public sealed class MongoGreeter : IDisposable
{
    private const int OpMsg = 2013;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? _certificate;
    private readonly byte[] _answer;

    public MongoGreeter(X509Certificate2? certificate, string? replicaSet = null, string? member = null, int maxWireVersion = 21)
    {
        _certificate = certificate;
        var hello = new BsonDocument { { "ismaster", true }, { "maxWireVersion", maxWireVersion }, { "ok", 1 } };
        if (replicaSet is not null)
            hello.AddRange(new BsonDocument { { "setName", replicaSet }, { "hosts", new BsonArray { member ?? "127.0.0.1:1" } } });
        var body = hello.ToBson();
        _answer = [.. Numbers(21 + body.Length, 2, 1, OpMsg, 0), 0, .. body];
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        _certificate?.Dispose();
    }

    private static IEnumerable<byte> Numbers(params int[] numbers) => numbers.SelectMany(BitConverter.GetBytes);

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
                await using var plain = client.GetStream();
                if (_certificate is null)
                {
                    await GreetAsync(plain);
                    return;
                }

                await using var tls = new SslStream(plain);
                await tls.AuthenticateAsServerAsync(_certificate);
                await GreetAsync(tls);
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                return; // The client hung up, as it should.
            }
        }
    }

    private async Task GreetAsync(Stream stream)
    {
        var question = new byte[1024];
        var length = await stream.ReadAtLeastAsync(question, 16, throwOnEndOfStream: false);
        if (length >= 16 && BitConverter.ToInt32(question, 12) == OpMsg)
            await stream.WriteAsync(_answer);
    }
}
