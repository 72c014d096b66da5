using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Hosting;

/// <summary>TLS without a proxy, configured as the README says: PEM files, which are renewed while the app runs.</summary>
public sealed partial class OwnTlsTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-tls-").FullName;
    private readonly TestPostgres _postgres = TestPostgres.Require();
    private readonly TestCertificates _certificates = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Renewed_files_are_taken_up_whether_they_are_replaced_or_their_link_is_moved()
    {
        var first = Write("1");
        foreach (var name in (string[])["fullchain.pem", "privkey.pem"])
            File.CreateSymbolicLink(Path.Combine(_folder, name), Path.Combine(first, name));
        await using var app = await AppProcess.StartAsync(
            new AppSettings(_postgres.ConnectionString(await _postgres.CreateDatabaseAsync("tls")), Path.Combine(_folder, "data"))
            {
                Variables = new Dictionary<string, string>
                {
                    ["ASPNETCORE_URLS"] = "http://127.0.0.1:0;https://127.0.0.1:0",
                    ["Kestrel__Certificates__Default__Path"] = Path.Combine(_folder, "fullchain.pem"),
                    ["Kestrel__Certificates__Default__KeyPath"] = Path.Combine(_folder, "privkey.pem"),
                },
            });
        await Until.TrueAsync(() => Https().IsMatch(app.Log), "listening with TLS");
        var port = int.Parse(Https().Match(app.Log).Groups[1].Value, null);
        Assert.Equal("CN=renewal 1", await SubjectAsync(port));

        // As certbot does: new files beside the old ones, and the links moved.
        var second = Write("2");
        foreach (var name in (string[])["privkey.pem", "fullchain.pem"])
        {
            File.CreateSymbolicLink(Path.Combine(_folder, name + ".new"), Path.Combine(second, name));
            File.Move(Path.Combine(_folder, name + ".new"), Path.Combine(_folder, name), overwrite: true);
        }

        await Until.TrueAsync(async () => await SubjectAsync(port) == "CN=renewal 2", "the second certificate", seconds: 30);

        // In place.
        var third = Write("3");
        foreach (var name in (string[])["privkey.pem", "fullchain.pem"])
            File.Move(Path.Combine(third, name), Path.Combine(second, name), overwrite: true);
        await Until.TrueAsync(async () => await SubjectAsync(port) == "CN=renewal 3", "the third certificate", seconds: 30);
    }

    public async ValueTask DisposeAsync()
    {
        _certificates.Dispose();
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string Write(string number)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, number)).FullName;
        var (certificate, key) = _certificates.Issue($"renewal {number}", "localhost");
        File.WriteAllText(Path.Combine(folder, "fullchain.pem"), certificate);
        File.WriteAllText(Path.Combine(folder, "privkey.pem"), key);
        return folder;
    }

    private static async Task<string?> SubjectAsync(int port)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port, Cancel);
        string? subject = null;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                (subject = (certificate as X509Certificate2)?.Subject) is not null,
        };
        await using var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(options, Cancel);
        return subject;
    }

    [GeneratedRegex(@"listening on: https://127\.0\.0\.1:(\d+)")]
    private static partial Regex Https();
}
