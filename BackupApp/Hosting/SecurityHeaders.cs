using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace BackupApp.Hosting;

/// <summary>Response headers that keep a browser from doing what BackupApp never asks of it.</summary>
public static class SecurityHeaders
{
    /// <summary>
    /// Own scripts and styles only, nothing inline. <c>data:</c> images are the kit's arrows and ticks and the two-factor QR code.
    /// <c>form-action</c> also binds redirects: a POST must not redirect to another host (a presigned link is a GET).
    /// </summary>
    private const string OwnPages =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Hangfire's dashboard writes style attributes; its page is not ours to change.</summary>
    private const string Dashboard =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>A year. Other names below the domain are not ours to decide about.</summary>
    private const string HttpsOnly = "max-age=31536000";

    private const string Permissions =
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), serial=(), usb=(), browsing-topics=()";

    /// <summary>
    /// Adds the headers to every response, errors included. Register it first, before the exception handler, which clears
    /// what was set before an error; the headers are therefore written when the response starts.
    /// </summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Use((context, next) =>
        {
            // Asked before the dashboard takes its own prefix off the path.
            var policy = context.Request.Path.StartsWithSegments("/hangfire") ? Dashboard : OwnPages;
            context.Response.OnStarting(() => Write(context, policy));
            return next(context);
        });
    }

    private static Task Write(HttpContext context, string policy)
    {
        var response = context.Response;
        var headers = response.Headers;
        // Not for a developer's own machine: it would bind every other program on it, too.
        if (context.Request.IsHttps && context.Request.Host.Host != "localhost")
            headers.StrictTransportSecurity = HttpsOnly;
        headers.TryAdd(HeaderNames.ContentSecurityPolicy, policy);
        headers.XContentTypeOptions = "nosniff";
        // A page whose address is a secret says a stricter one itself.
        headers.TryAdd("Referrer-Policy", "same-origin");
        headers["Permissions-Policy"] = Permissions;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (IsPage(response))
            headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }

    // Pages name databases, hosts and people: no copy may outlive the session. Static files keep their own rule.
    private static bool IsPage(HttpResponse response) =>
        response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true
        || response.Headers.CacheControl.Count == 0;
}
