using System.Net;
using System.Net.Sockets;

namespace BackupApp.Engines.Postgres;

/// <summary>What a port says when asked for TLS.</summary>
internal enum PostgresGreeting
{
    /// <summary>It speaks TLS.</summary>
    Tls,

    /// <summary>It is a PostgreSQL server, without TLS.</summary>
    NoTls,

    /// <summary>It answers something else, or nothing.</summary>
    Other,
}

/// <summary>
/// Asks a server the first question of PostgreSQL's protocol, to learn why a connection failed without reading error texts.
/// </summary>
internal static class PostgresGreetings
{
    // Length 8, then the code 80877103 that the protocol reserves for SSLRequest.
    private static readonly byte[] SslRequest = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F];

    public static async Task<PostgresGreeting> AskAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            await socket.SendAsync(SslRequest, cancellationToken);
            var answer = new byte[1];
            var count = await socket.ReceiveAsync(answer, cancellationToken);
            return (count, (char)answer[0]) switch
            {
                (1, 'S') => PostgresGreeting.Tls,
                (1, 'N') => PostgresGreeting.NoTls,
                _ => PostgresGreeting.Other,
            };
        }
        catch (SocketException)
        {
            return PostgresGreeting.Other;
        }
    }
}
