using BackupApp.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;

namespace BackupApp.Tests.Hosting;

public sealed class SecurityHeadersTests : IAsyncLifetime
{
    private readonly WebApplication app = Build();

    public async ValueTask InitializeAsync() => await app.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task A_page_runs_no_inline_script_and_is_not_framed_or_cached()
    {
        using var response = await GetAsync("/page");

        var policy = Header(response, "Content-Security-Policy");
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("no-store", Header(response, "Cache-Control"));
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
    }

    [Fact]
    public async Task An_error_page_has_the_headers_too()
    {
        using var response = await GetAsync("/throws");

        Assert.Equal(System.Net.HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("frame-ancestors 'none'", Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("no-store", Header(response, "Cache-Control"));
    }

    [Fact]
    public async Task The_dashboard_may_have_inline_styles_but_no_inline_scripts()
    {
        using var response = await GetAsync("/hangfire/jobs");

        var policy = Header(response, "Content-Security-Policy");
        Assert.Contains("style-src 'self' 'unsafe-inline';", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_says_how_long_it_may_be_cached_keeps_that()
    {
        using var response = await GetAsync("/file.css");

        Assert.Equal("max-age=31536000, immutable", Header(response, "Cache-Control"));
    }

    [Fact]
    public async Task A_page_whose_address_is_a_secret_keeps_its_stricter_referrer_policy()
    {
        using var usual = await GetAsync("/page");
        using var secret = await GetAsync("/secret");

        Assert.Equal("same-origin", Header(usual, "Referrer-Policy"));
        Assert.Equal("no-referrer", Header(secret, "Referrer-Policy"));
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.UseSecurityHeaders();
        app.UseExceptionHandler(error => error.Run(Html));
        app.Map("/throws", (RequestDelegate)(_ => throw new InvalidOperationException("On purpose.")));
        app.Map("/page", (RequestDelegate)Html);
        app.Map("/hangfire/jobs", (RequestDelegate)Html);
        app.Map("/secret", (RequestDelegate)(context =>
        {
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            return Html(context);
        }));
        app.Map("/file.css", (RequestDelegate)(context =>
        {
            context.Response.ContentType = "text/css";
            context.Response.Headers.CacheControl = "max-age=31536000, immutable";
            return context.Response.WriteAsync("a{}");
        }));
        return app;
    }

    private static Task Html(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync("<!DOCTYPE html><title>x</title>");
    }

    private async Task<HttpResponseMessage> GetAsync(string path)
    {
        using var client = app.GetTestClient();
        return await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
    }

    private static string Header(HttpResponseMessage response, string name) =>
        string.Join(", ", response.Headers.TryGetValues(name, out var values) ? values : []);
}
