using System.Net;
using Microsoft.Extensions.Options;

namespace BackupApp.Hosting;

/// <summary>
/// <c>/metrics</c> at a port of its own, for a Prometheus that has no token. It is a server of its own: nothing of the pages or the API
/// can be reached there, and nothing of it at theirs.
/// </summary>
public sealed partial class MetricsPort(IServiceScopeFactory scopes, IOptions<MetricsOptions> options, ILogger<MetricsPort> logger)
    : IHostedService, IAsyncDisposable
{
    private WebApplication? _server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Port is not { } port)
            return;
        // Empty: what is configured for the pages must not count here.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            if (options.Value.Address is { Length: > 0 } address)
                kestrel.Listen(IPAddress.Parse(address), port);
            else
                kestrel.ListenAnyIP(port);
        });
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync(cancellationToken);
        LogListening(port);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path != "/metrics")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var text = await scope.ServiceProvider.GetRequiredService<MetricsReader>().ReadAsync(context.RequestAborted);
            context.Response.ContentType = MetricsText.ContentType;
            await context.Response.WriteAsync(text, context.RequestAborted);
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested)
        {
            LogFailed(e);
            if (!context.Response.HasStarted)
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    [LoggerMessage(LogLevel.Information, "Metrics are served without a token at port {Port}")]
    private partial void LogListening(int port);

    [LoggerMessage(LogLevel.Error, "The metrics could not be read")]
    private partial void LogFailed(Exception exception);
}
