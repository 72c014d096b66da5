using System.Net.Sockets;

namespace BackupApp.Network;

/// <summary>HTTP connections to hosts that users typed.</summary>
public static class OutboundHttp
{
    /// <summary>
    /// A handler that checks every address at the moment of connecting, so that neither a redirect nor a DNS answer that changes between
    /// check and use leads to a refused host. It follows no redirects and keeps bodies as they are.
    /// </summary>
    /// <param name="connectTimeout">Longest wait for TCP and TLS together.</param>
    /// <param name="maxConnections">Per host.</param>
    public static SocketsHttpHandler CreateHandler(bool allowLinkLocal, TimeSpan connectTimeout, int maxConnections) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = connectTimeout,
        MaxConnectionsPerServer = maxConnections,
        // A store behind DNS moves; a pooled connection must not outlive that by hours.
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        ConnectCallback = (context, cancellationToken) =>
            ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, allowLinkLocal, cancellationToken),
    };

    private static async ValueTask<Stream> ConnectAsync(string host, int port, bool allowLinkLocal, CancellationToken cancellationToken)
    {
        var addresses = await OutboundHosts.ResolveAsync(host, allowLinkLocal, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
