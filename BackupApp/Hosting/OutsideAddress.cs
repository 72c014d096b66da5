using BackupApp.Network;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace BackupApp.Hosting;

/// <summary>
/// Makes a request look as it did outside, before a proxy changed its scheme, host, path or sender; and cookies fit to that.
/// </summary>
public static class OutsideAddress
{
    public static void AddOutsideAddress(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ForwardedHeadersOptions>()
            .Configure<IOptions<ServerOptions>, IOptions<PublicAddress>>(
                (headers, server, address) =>
                {
                    headers.ForwardedHeaders =
                        ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
                    if (!address.Value.Base.HasValue)
                        headers.ForwardedHeaders |= ForwardedHeaders.XForwardedPrefix;
                    // Every proxy on the way has to be a known one; how many there are is then no matter.
                    headers.ForwardLimit = null;
                    // The framework's own lists hold this machine's addresses.
                    headers.KnownProxies.Clear();
                    headers.KnownIPNetworks.Clear();
                    foreach (var proxy in server.Value.ProxyAddresses)
                        headers.KnownProxies.Add(proxy);
                    foreach (var network in server.Value.ProxyNetworks)
                        headers.KnownIPNetworks.Add(network);
                });
        services.AddSingleton<IPostConfigureOptions<CookieAuthenticationOptions>, SessionCookies>();
        services.AddOptions<AntiforgeryOptions>()
            .PostConfigure<IOptions<PublicAddress>>((options, address) => Fit(options.Cookie, "backupapp.form", address.Value));
        services.AddOptions<CookieTempDataProviderOptions>()
            .PostConfigure<IOptions<PublicAddress>>((options, address) => Fit(options.Cookie, "backupapp.notice", address.Value));
    }

    /// <summary>Before everything that looks at the request.</summary>
    public static void UseOutsideAddress(this WebApplication app)
    {
        // With empty lists the framework would believe everybody.
        if (app.Services.GetRequiredService<IOptions<ServerOptions>>().Value.HasProxies)
            app.UseForwardedHeaders();

        var address = app.Services.GetRequiredService<IOptions<PublicAddress>>().Value;
        app.Use((context, next) =>
        {
            // People come by https only; a proxy that does not say so must not lose them their Secure cookies.
            if (address.IsSecure)
                context.Request.Scheme = Uri.UriSchemeHttps;
            SetPathBase(context.Request, address.Base);
            return next(context);
        });
    }

    /// <summary>Whether the proxy has taken the path base off or not: links begin with it either way.</summary>
    private static void SetPathBase(HttpRequest request, PathString configured)
    {
        if (configured.HasValue)
        {
            if (request.Path.StartsWithSegments(configured, StringComparison.OrdinalIgnoreCase, out var rest))
                request.Path = rest.HasValue ? rest : "/";
            request.PathBase = configured;
            return;
        }

        // From X-Forwarded-Prefix. Two slashes would begin the name of another host.
        var forwarded = request.PathBase.Value?.Trim('/') ?? "";
        request.PathBase = forwarded.Length == 0 ? PathString.Empty : new PathString("/" + forwarded);
    }

    private static void Fit(CookieBuilder cookie, string name, PublicAddress address)
    {
        cookie.Name = address.CookieName(name);
        // The framework leaves some of them unmarked even over https.
        cookie.SecurePolicy = address.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        if (address.IsSecure)
            cookie.Path = address.CookiePath;
    }

    private sealed class SessionCookies(IOptions<PublicAddress> address) : IPostConfigureOptions<CookieAuthenticationOptions>
    {
        public void PostConfigure(string? name, CookieAuthenticationOptions options) =>
            Fit(options.Cookie, options.Cookie.Name ?? name ?? "backupapp", address.Value);
    }
}
