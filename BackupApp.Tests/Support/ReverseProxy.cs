using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace BackupApp.Tests.Support;

/// <summary>
/// A real nginx or Caddy before the app, with an example of the README: what stands there is what was run. Names
/// in the example are kept; the client goes to this proxy whatever it asks for, and trusts its certificate.
/// </summary>
public sealed partial class ReverseProxy : IAsyncDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-proxy-").FullName;
    private readonly int _port = FreePort();
    private Process? _process;

    private ReverseProxy()
    {
    }

    /// <param name="example">Which of the README's nginx examples, from 0.</param>
    /// <param name="stripped">A path that this nginx takes off and names in a header; null as in the example.</param>
    public static async Task<ReverseProxy> NginxAsync(int example, string host, Uri app, string? stripped = null)
    {
        Require("nginx");
        var proxy = new ReverseProxy();
        var server = Example("nginx", example)
            .Replace("listen 443 ssl;", $"listen 127.0.0.1:{proxy._port} ssl;", StringComparison.Ordinal)
            .Replace(
                "127.0.0.1:8080;",
                stripped is null ? $"{app.Authority};" : $"{app.Authority}/; proxy_set_header X-Forwarded-Prefix {stripped};",
                StringComparison.Ordinal);
        server = CertificatePath()
            .Replace(
                server,
                match => proxy.Combine(match.Value.EndsWith("crt", StringComparison.Ordinal) ? "server.crt" : "server.key"));
        var user = Environment.IsPrivilegedProcess ? "user root;" : "";
        await proxy.StartAsync(host, "nginx.conf", $$"""
            daemon off; pid nginx.pid; error_log stderr; worker_processes 1; {{user}}
            events {}
            http {
                access_log off;
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                {{server}}
            }
            """, "nginx", "-p", proxy._folder, "-e", "stderr", "-c", proxy.Combine("nginx.conf"));
        return proxy;
    }

    public static async Task<ReverseProxy> CaddyAsync(int example, string host, Uri app)
    {
        Require("caddy");
        var proxy = new ReverseProxy();
        // Its own certificate would come from an authority on the internet.
        var site = Example("caddyfile", example)
            .Replace(
                $"{host} {{",
                $"https://{host}:{proxy._port} {{\n    tls {proxy.Combine("server.crt")} {proxy.Combine("server.key")}",
                StringComparison.Ordinal)
            .Replace("127.0.0.1:8080", app.Authority, StringComparison.Ordinal);
        await proxy.StartAsync(
            host,
            "Caddyfile",
            $"{{\n    admin off\n    auto_https disable_redirects\n}}\n{site}",
            "caddy",
            "run",
            "--adapter",
            "caddyfile",
            "--config",
            proxy.Combine("Caddyfile"));
        return proxy;
    }

    /// <summary>Follows no redirect, keeps cookies.</summary>
    public SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, _port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = new()
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { X509Certificate2.CreateFromPem(_certificates.AuthorityPem) },
            },
        },
    };

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await AppProcess.SignalAsync("TERM", _process.Id);
            await _process.WaitForExitAsync();
        }
        _process?.Dispose();
        _certificates.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static void Require(string program)
    {
        if (Programs(program).Any(File.Exists))
            return;
        Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") is null, $"{program} is not installed.");
        Assert.Fail($"{program} is not installed.");
    }

    private static IEnumerable<string> Programs(string name) =>
        ((string[])["/usr/sbin", "/usr/bin", "/usr/local/bin"]).Select(folder => Path.Combine(folder, name));

    // The project's own page, above the tests' output.
    private static string Example(string language, int number)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "BackupApp.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return CodeBlock()
            .Matches(File.ReadAllText(Path.Combine(folder, "README.md")))
            .Where(m => m.Groups[1].Value == language)
            .ElementAt(number)
            .Groups[2]
            .Value;
    }

    private async Task StartAsync(string host, string file, string configuration, string program, params string[] arguments)
    {
        var (certificate, key) = _certificates.Issue(host, host);
        await File.WriteAllTextAsync(Combine("server.crt"), certificate);
        await File.WriteAllTextAsync(Combine("server.key"), key);
        await File.WriteAllTextAsync(Combine(file), configuration);
        var start = new ProcessStartInfo(Programs(program).First(File.Exists), arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardError = true,
            Environment = { ["HOME"] = _folder, ["XDG_DATA_HOME"] = _folder, ["XDG_CONFIG_HOME"] = _folder },
        };
        _process = Process.Start(start)!;
        var log = new System.Text.StringBuilder();
        _process.ErrorDataReceived += (_, line) => log.AppendLine(line.Data);
        _process.BeginErrorReadLine();
        await Until.TrueAsync(() => _process.HasExited || Listens(), program);
        Assert.False(_process.HasExited, log.ToString());
    }

    private bool Listens()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Combine(string name) => Path.Combine(_folder, name);

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"/etc/\S+\.(?:crt|key)")]
    private static partial Regex CertificatePath();
}
