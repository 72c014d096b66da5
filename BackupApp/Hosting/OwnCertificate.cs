using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BackupApp.Hosting;

/// <summary>
/// The certificate of <c>Kestrel:Certificates:Default</c>, as its PEM files are now. Kestrel
/// watches the files, but not where a link in their place leads: certbot and Kubernetes renew by
/// moving the link. So they are read again, at most every few seconds, when somebody connects.
/// </summary>
internal sealed partial class OwnCertificate(
    string path, string keyPath, string? password, TimeProvider time, ILogger<OwnCertificate> logger)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;
    private (string Certificate, string Key) _read;
    private SslStreamCertificateContext? _current;

    /// <summary>
    /// Takes part only where a certificate with its key stands in two PEM files; an endpoint's own is Kestrel's to see to.
    /// </summary>
    public static void Use(WebApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection("Kestrel:Certificates:Default");
        var endpoints = builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren();
        if (settings["Path"] is not { Length: > 0 } path
            || settings["KeyPath"] is not { Length: > 0 } key
            || endpoints.Any(e => e.GetSection("Certificate").Exists()))
            return;

        builder.Services.AddSingleton(services =>
            ActivatorUtilities.CreateInstance<OwnCertificate>(services, path, key, settings["Password"] ?? ""));
        builder.Services.AddOptions<KestrelServerOptions>().Configure<OwnCertificate>((kestrel, own) => kestrel.ConfigureHttpsDefaults(
            https => https.OnAuthenticate = (_, tls) => tls.ServerCertificateContext = own.Current() ?? tls.ServerCertificateContext));
    }

    /// <returns>Null when the files cannot be read and never could.</returns>
    public SslStreamCertificateContext? Current()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now - _readAt >= Freshness)
            {
                _readAt = now;
                Read();
            }

            return _current;
        }
    }

    private void Read()
    {
        try
        {
            var found = (File.ReadAllText(path), File.ReadAllText(keyPath));
            if (found == _read)
                return;
            _current = Load(found.Item1, found.Item2);
            _read = found;
            LogLoaded(path, _current.TargetCertificate.Subject, _current.TargetCertificate.NotAfter);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Between the renewal of one file and of the other they do not fit.
            LogNotLoaded(e, path, keyPath);
        }
    }

    private SslStreamCertificateContext Load(string certificate, string key)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificate);
        var target = string.IsNullOrEmpty(password)
            ? X509Certificate2.CreateFromPem(certificate, key)
            : X509Certificate2.CreateFromEncryptedPem(certificate, key, password);
        return SslStreamCertificateContext.Create(target, chain, offline: true);
    }

    [LoggerMessage(LogLevel.Information, "The certificate in {Path} is in use: {Subject}, until {NotAfter:u}")]
    private partial void LogLoaded(string path, string subject, DateTime notAfter);

    [LoggerMessage(
        LogLevel.Warning,
        "The certificate in {Path} and its key in {KeyPath} cannot be taken up now; what was read before stays in use")]
    private partial void LogNotLoaded(Exception exception, string path, string keyPath);
}
