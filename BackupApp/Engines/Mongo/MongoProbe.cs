using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using BackupApp.Network;

namespace BackupApp.Engines.Mongo;

/// <summary>
/// Asks one server who it is, without a login, so that what is wrong on the way (name, port, firewall, TLS) can be told exactly: the
/// driver itself only says in the end that it found no server.
/// </summary>
internal sealed class MongoProbe(DatabaseConnection connection, TlsMaterial material, NetworkOptions network, TimeSpan limit)
{
    private readonly NetworkFailure _failure = new(connection, network.RunningInContainer, limit, "net.bindIp in mongod.conf");

    /// <exception cref="ConnectException">It did not work; the code says why.</exception>
    /// <exception cref="OperationCanceledException"/>
    public async Task<MongoAnswer> AskAsync(CancellationToken cancellationToken)
    {
        IPAddress? address = null;
        try
        {
            var addresses = await OutboundHosts.ResolveAsync(connection.Host, network.AllowLinkLocal, cancellationToken);
            for (var i = 0; ; i++)
            {
                address = addresses[i];
                using var share = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                share.CancelAfter(limit / (addresses.Length - i)); // An address that swallows packets leaves time for the next.
                try
                {
                    return await AskAsync(address, share.Token);
                }
                catch (Exception e)
                    when (i + 1 < addresses.Length
                        && e is SocketException or OperationCanceledException
                        && !cancellationToken.IsCancellationRequested)
                {
                    continue;
                }
            }
        }
        catch (HostRefusedException e)
        {
            throw Refused(e);
        }
        catch (SocketException e)
        {
            throw _failure.Of(e, address);
        }
        catch (IOException e) when (NetworkFailure.Find<SocketException>(e) is { } socket)
        {
            throw _failure.Of(socket, address);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw _failure.TimedOut();
        }
    }

    public static ConnectException Refused(HostRefusedException e) => new(ConnectionTestCode.InvalidUri, e.Message, e.Advice);

    private async Task<MongoAnswer> AskAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var encrypted = connection.TlsMode != TlsMode.Disable;
        var check = new TlsCheck(connection, material);
        try
        {
            if (await HelloAsync(address, encrypted ? check : null, cancellationToken) is { } answer)
                return answer;
        }
        catch (Exception e) when (e is AuthenticationException || (e is IOException && encrypted))
        {
            if (check.Refused != SslPolicyErrors.None)
                throw _failure.CertificateRefused(check);
        }

        throw await ExplainAsync(address, encrypted, check, cancellationToken);
    }

    // A server that speaks MongoDB the other way round, encrypted or not, says what is wrong.
    private async Task<ConnectException> ExplainAsync(
        IPAddress address, bool encrypted, TlsCheck check, CancellationToken cancellationToken)
    {
        var unchecking = new TlsCheck(connection with { TlsMode = TlsMode.Require }, material);
        var otherWay = await TryHelloAsync(address, encrypted ? null : unchecking, cancellationToken);
        return new MongoSilence(check.Reached, otherWay, unchecking.Reached).Explain(connection, encrypted);
    }

    private async Task<bool> TryHelloAsync(IPAddress address, TlsCheck? check, CancellationToken cancellationToken)
    {
        try
        {
            return await HelloAsync(address, check, cancellationToken) is not null;
        }
        catch (Exception e) when (e is IOException or AuthenticationException or SocketException)
        {
            return false;
        }
    }

    private async Task<MongoAnswer?> HelloAsync(IPAddress address, TlsCheck? check, CancellationToken cancellationToken)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, connection.Port, cancellationToken);
        await using var plain = new NetworkStream(socket);
        if (check is null)
            return await MongoHello.AskAsync(plain, cancellationToken) is { } hello ? new(hello, null) : null;

        var options = new SslClientAuthenticationOptions();
        check.Configure(options);
        await using var tls = new SslStream(plain);
        await tls.AuthenticateAsClientAsync(options, cancellationToken);
        return await MongoHello.AskAsync(tls, cancellationToken) is { } secured ? new(secured, Name(tls.SslProtocol)) : null;
    }

    private static string Name(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLSv1.3",
        SslProtocols.Tls12 => "TLSv1.2",
        _ => protocol.ToString(),
    };
}
