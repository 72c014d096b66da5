using System.Collections.Concurrent;
using System.Net;
using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BackupApp.Tests.Support;

/// <summary>An HTTP server in the place of an S3 store, for answers that no real one gives.</summary>
public sealed class StandInStore : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StandInStore(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Method and target of every request, in order.</summary>
    public ConcurrentQueue<string> Seen { get; } = new();

    public S3StoreSettings Settings =>
        new(Address, "us-east-1", "bucket", AccessKeyId: "AKIATESTTESTTEST", SecretAccessKey: "very-secret", ForcePathStyle: true);

    public static async Task<StandInStore> StartAsync(Func<StandInStore, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        var store = new StandInStore(app);
        app.Run(async context =>
        {
            store.Seen.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            await answer(store, context);
        });
        await app.StartAsync();
        return store;
    }

    public static Task XmlAsync(HttpContext context, string xml, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync(xml, context.RequestAborted);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
