using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using BackupApp.Alerts;
using BackupApp.Alerts.Channels;
using BackupApp.Network;
using BackupApp.Tests.Support;
using Microsoft.Extensions.Options;
using MimeKit;
using SmtpServer;
using SmtpServer.Authentication;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace BackupApp.Tests.Alerts;

/// <summary>E-mail to a real SMTP server, with STARTTLS and a login.</summary>
public sealed class MailTests : IDisposable
{
    private const string User = "backupapp";
    private const string Password = "very-secret";

    private readonly TestCertificates _certificates = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Mailbox _mailbox = new();
    private readonly int _port = FreePort();

    public MailTests()
    {
        var (certificate, key) = _certificates.Issue("localhost", "localhost", IPAddress.Loopback);
        using var pem = X509Certificate2.CreateFromPem(certificate, key);
        Serve(_port, X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pfx), null));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_arrives_over_STARTTLS_after_a_login()
    {
        var message = Samples.Message(Samples.Alert());

        var answer = await SendAsync(SmtpSecurity.StartTls, Password, message);

        Assert.True(answer.Ok, answer.Excerpt);
        using var letter = await MimeMessage.LoadAsync(new MemoryStream(Assert.Single(_mailbox.Letters)), Cancel);
        Assert.Equal((message.Title, $"{message.Id:N}@backupapp.invalid"), (letter.Subject, letter.MessageId));
        Assert.Contains("Nothing answers at db:5432", letter.TextBody, StringComparison.Ordinal);
        Assert.Contains("Nothing answers at db:5432", letter.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_said()
    {
        var answer = await SendAsync(SmtpSecurity.StartTls, "wrong", Samples.Message(Samples.Alert()));

        Assert.False(answer.Ok);
        Assert.DoesNotContain("wrong", answer.Excerpt, StringComparison.Ordinal);
        Assert.Empty(_mailbox.Letters);
    }

    [Fact]
    public async Task A_server_without_TLS_gets_no_password()
    {
        var plain = FreePort();
        Serve(plain, null);

        var answer = await SendAsync(SmtpSecurity.StartTls, Password, Samples.Message(Samples.Alert()), plain);

        Assert.False(answer.Ok);
        Assert.Empty(_mailbox.Letters);
    }

    [Fact]
    public async Task A_certificate_of_nobody_known_is_refused()
    {
        var answer = await SendAsync(SmtpSecurity.StartTls, Password, Samples.Message(Samples.Alert()), trusts: false);

        Assert.Equal((false, "127.0.0.1: the encrypted connection could not be made."), (answer.Ok, answer.Excerpt));
        Assert.Empty(_mailbox.Letters);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said()
    {
        var answer = await SendAsync(SmtpSecurity.StartTls, Password, Samples.Message(Samples.Alert()), FreePort());

        Assert.False(answer.Ok);
        Assert.NotEmpty(answer.Excerpt);
    }

    [Fact]
    public async Task A_recipient_that_is_refused_keeps_it_from_no_other_and_is_said()
    {
        _mailbox.Refused["ops@example.com"] = new(SmtpReplyCode.MailboxUnavailable, "no such user");

        var answer = await SendAsync(SmtpSecurity.StartTls, Password, Samples.Message(Samples.Alert()));

        Assert.True(answer.Ok, answer.Excerpt);
        Assert.Equal(["boss@example.com"], _mailbox.Recipients);
        Assert.StartsWith("Not taken for ops@example.com (no such user", answer.Refused, StringComparison.Ordinal);
        Assert.StartsWith(answer.Refused, answer.Excerpt, StringComparison.Ordinal);
        Assert.Empty(answer.Later);
    }

    [Fact]
    public async Task A_recipient_that_is_put_off_gets_it_later_and_nobody_gets_it_twice()
    {
        _mailbox.Refused["ops@example.com"] = new(SmtpReplyCode.Aborted, "greylisted");
        var message = Samples.Message(Samples.Alert());
        var first = await SendAsync(SmtpSecurity.StartTls, Password, message);
        Assert.Equal((true, "ops@example.com", null), (first.Ok, Assert.Single(first.Later), first.Refused));
        var still = await SendAsync(SmtpSecurity.StartTls, Password, message with { OnlyTo = first.Later });
        Assert.False(still.Ok);

        _mailbox.Refused.Clear();
        var later = await SendAsync(SmtpSecurity.StartTls, Password, message with { OnlyTo = first.Later });

        Assert.Equal((true, null), (later.Ok, later.Refused));
        Assert.Equal(["boss@example.com", "ops@example.com"], _mailbox.Recipients);
    }

    [Fact]
    public async Task A_mail_that_is_taken_for_nobody_is_not_sent()
    {
        foreach (var address in (string[])["ops@example.com", "boss@example.com"])
            _mailbox.Refused[address] = new(SmtpReplyCode.MailboxUnavailable, "no such user");

        var answer = await SendAsync(SmtpSecurity.StartTls, Password, Samples.Message(Samples.Alert()));

        Assert.False(answer.Ok);
        Assert.Matches(@"^Not taken for ops@example\.com \(no such user.*\), boss@example\.com \(no such user.*\)\.$", answer.Excerpt);
        Assert.Empty(_mailbox.Letters);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _certificates.Dispose();
    }

    private void Serve(int port, X509Certificate2? certificate)
    {
        var options = new SmtpServerOptionsBuilder().ServerName("localhost").Endpoint(endpoint =>
        {
            endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, port)).AuthenticationRequired();
            if (certificate is not null)
                endpoint.Certificate(certificate);
        }).Build();
        var services = new ServiceProvider();
        services.Add(_mailbox);
        services.Add((IMailboxFilter)new Doorman(_mailbox));
        services.Add(new Login());
        _ = new SmtpServer.SmtpServer(options, services).StartAsync(_stop.Token);
    }

    private async Task<ChannelAnswer> SendAsync(
        SmtpSecurity security, string password, AlertMessage message, int? port = null, bool trusts = true)
    {
        var settings = new ChannelSettings
        {
            To = ["ops@example.com", "boss@example.com"],
            From = "backups@example.com",
            SmtpHost = "127.0.0.1",
            SmtpPort = port ?? _port,
            SmtpSecurity = security,
            SmtpUser = User,
        };
        var channel = AlertChannel.Create(ChannelKind.Email, isContract: false, Samples.Now);
        await using var database = await TestDatabase.CreateAsync();
        channel.Change("mail", true, settings, new ChannelRules(), new ChannelSecrets(), isElsewhere: true, database.Secrets);
        var sender = new EmailSender(Options.Create(new MailOptions()), Options.Create(new NetworkOptions()))
        {
            Trust = trusts ? (_, certificate, _, _) => certificate is not null : null,
        };
        return await sender.SendAsync(channel, new ChannelSecrets(Password: password), message, Cancel);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private sealed class Mailbox : MessageStore
    {
        public List<byte[]> Letters { get; } = [];

        /// <summary>Of all letters, in their order.</summary>
        public List<string> Recipients { get; } = [];

        /// <summary>Who gets nothing, and what is said of them.</summary>
        public Dictionary<string, SmtpResponse> Refused { get; } = [];

        public override Task<SmtpResponse> SaveAsync(
            ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            Letters.Add(buffer.ToArray());
            Recipients.AddRange(transaction.To.Select(to => $"{to.User}@{to.Host}"));
            return Task.FromResult(SmtpResponse.Ok);
        }
    }

    private sealed class Doorman(Mailbox mailbox) : MailboxFilter
    {
        public override Task<bool> CanDeliverToAsync(
            ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
            mailbox.Refused.TryGetValue($"{to.User}@{to.Host}", out var said)
                ? throw new SmtpResponseException(said)
                : Task.FromResult(true);
    }

    private sealed class Login : UserAuthenticator
    {
        public override Task<bool> AuthenticateAsync(
            ISessionContext context, string user, string password, CancellationToken cancellationToken) =>
            Task.FromResult((user, password) == (User, Password));
    }
}
