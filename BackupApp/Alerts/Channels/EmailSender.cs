using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using BackupApp.Network;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace BackupApp.Alerts.Channels;

/// <summary>E-mail by the channel's own SMTP server, or that of the configuration; as HTML and as text.</summary>
public sealed class EmailSender(IOptions<MailOptions> mail, IOptions<NetworkOptions> network) : IAlertSender
{
    private static readonly TimeSpan Whole = TimeSpan.FromSeconds(30);

    public ChannelKind Kind => ChannelKind.Email;

    /// <summary>For tests, whose authority no machine knows; null for the machine's own.</summary>
    internal RemoteCertificateValidationCallback? Trust { get; init; }

    public async Task<ChannelAnswer> SendAsync(
        AlertChannel channel, ChannelSecrets secrets, AlertMessage message, CancellationToken cancellationToken)
    {
        var server = ServerOf(channel.Settings, secrets);
        if (server is null)
            return new ChannelAnswer(false, "There is no mail server: give the channel one, or set BackupApp__Mail__Host.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Whole);
        try
        {
            using var letter = Compose(message.OnlyTo is [_, ..] left ? left : channel.Settings.To, server.From, message);
            return await SendAsync(server, letter, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ChannelAnswer(false, $"{server.Host} did not take the mail within {Whole.TotalSeconds:0} seconds.");
        }
        catch (HostRefusedException e)
        {
            return new ChannelAnswer(false, $"{e.Message} {e.Advice}");
        }
        catch (Exception e) when (e is ServiceNotConnectedException or ServiceNotAuthenticatedException or ProtocolException
            or CommandException or AuthenticationException or SslHandshakeException or SocketException or IOException
            or NotSupportedException or FormatException or TimeoutException)
        {
            return new ChannelAnswer(
                false, Shorten(e is SslHandshakeException ? $"{server.Host}: the encrypted connection could not be made." : e.Message));
        }
    }

    internal static MimeMessage Compose(IReadOnlyList<string> to, string from, AlertMessage message)
    {
        var letter = new MimeMessage { Subject = message.Title, Date = message.CreatedAt, MessageId = $"{message.Id:N}@backupapp.invalid" };
        letter.From.Add(MailboxAddress.Parse(from));
        letter.To.AddRange(to.Select(MailboxAddress.Parse));
        // No out-of-office answers, please.
        letter.Headers.Add("Auto-Submitted", "auto-generated");
        letter.Body = new BodyBuilder { TextBody = Text(message), HtmlBody = Html(message) }.ToMessageBody();
        return letter;
    }

    private async Task<ChannelAnswer> SendAsync(MailServer server, MimeMessage letter, CancellationToken cancellationToken)
    {
        var addresses = await OutboundHosts.ResolveAsync(server.Host, network.Value.AllowLinkLocal, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, server.Port, cancellationToken);
            using var client = new PatientClient
            {
                Timeout = (int)Whole.TotalMilliseconds,
                CheckCertificateRevocation = false,
                ServerCertificateValidationCallback = Trust,
            };
            await client.ConnectAsync(socket, server.Host, server.Port, Options(server.Security), cancellationToken);
            if (server.User is { Length: > 0 } user)
                await client.AuthenticateAsync(new NetworkCredential(user, server.Password), cancellationToken);
            var answer = await client.SendAsync(letter, cancellationToken);
            await client.DisconnectAsync(true, cancellationToken);
            return client.Answer(answer);
        }
        finally
        {
            socket.Dispose();
        }
    }

    private MailServer? ServerOf(ChannelSettings settings, ChannelSecrets secrets)
    {
        if (settings.SmtpHost is { Length: > 0 } host)
            return new(
                host, settings.SmtpPort, settings.SmtpSecurity, settings.SmtpUser, secrets.Password, settings.From ?? settings.To[0]);
        var configured = mail.Value;
        return configured.Host.Length == 0
            ? null
            : new(
                configured.Host, configured.Port, configured.Security, configured.User, configured.Password,
                settings.From ?? configured.From);
    }

    // Where it is asked for, encryption that cannot be had fails: a login never falls back to plain text.
    private static SecureSocketOptions Options(SmtpSecurity security) => security switch
    {
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.None,
    };

    private static string Text(AlertMessage message)
    {
        var paragraphs = message.Letter is { } letter ? [letter.Text] : message.Paragraphs();
        return string.Join("\n\n", paragraphs.Concat(Links(message).Select(l => $"{l.Title}: {l.Url}"))) + "\n";
    }

    private static string Html(AlertMessage message)
    {
        var html = new StringBuilder("<!DOCTYPE html><html><body>");
        html.Append(message.Letter?.Html);
        foreach (var paragraph in message.Paragraphs())
            html.Append("<p>").Append(WebUtility.HtmlEncode(paragraph)).Append("</p>");
        foreach (var (title, url) in Links(message))
            html.Append("<p><a href=\"").Append(WebUtility.HtmlEncode(url)).Append("\">").Append(title).Append("</a></p>");
        return html.Append("</body></html>").ToString();
    }

    private static IEnumerable<(string Title, string Url)> Links(AlertMessage message)
    {
        if (message.ConfirmLink is { } confirm)
            yield return ("I received this", confirm);
        if (message.Link is { } link)
            yield return ("Open BackupApp", link);
    }

    private static string Shorten(string text)
    {
        var line = new string([.. text.ReplaceLineEndings(" ").Where(c => !char.IsControl(c))]);
        return line.Length > 300 ? line[..300] : line;
    }

    /// <summary>Goes on where the server refuses a recipient: the others get their mail.</summary>
    private sealed class PatientClient : SmtpClient
    {
        private readonly List<(string Address, SmtpResponse Said)> _refused = [];

        public ChannelAnswer Answer(string answer) => _refused.Count == 0
            ? new ChannelAnswer(true, Shorten(answer))
            : new ChannelAnswer(true, Shorten($"{Refused(_refused)} The others: {answer}"))
            {
                Refused = _refused.FindAll(r => !IsPassing(r.Said)) is [_, ..] lasting ? Shorten(Refused(lasting)) : null,
                Later = [.. _refused.Where(r => IsPassing(r.Said)).Select(r => r.Address)],
            };

        protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
            _refused.Add((mailbox.Address, response));

        protected override void OnNoRecipientsAccepted(MimeMessage message)
        {
            var (address, said) = _refused[0];
            throw new SmtpCommandException(
                SmtpErrorCode.RecipientNotAccepted, said.StatusCode, new MailboxAddress("", address), Refused(_refused));
        }

        private static string Refused(IEnumerable<(string Address, SmtpResponse Said)> refused) =>
            $"Not taken for {string.Join(", ", refused.Select(r => $"{r.Address} ({r.Said.Response})"))}.";

        // Codes of 400 and more mean "not now": a server that does not know us yet, or a mailbox that is full.
        private static bool IsPassing(SmtpResponse said) => (int)said.StatusCode < 500;
    }

    private sealed record MailServer(string Host, int Port, SmtpSecurity Security, string? User, string? Password, string From);
}
