using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace BackupApp.Tests.Support;

public enum Fault
{
    None,

    /// <summary>503 instead of forwarding.</summary>
    Unavailable,

    /// <summary>403 instead of forwarding, which nobody tries again.</summary>
    Forbidden,

    /// <summary>The connection is torn before anything is forwarded.</summary>
    Reset,

    /// <summary>The server does what it is asked, and the answer never arrives.</summary>
    LostAnswer,

    /// <summary>The connection is torn after <see cref="FaultyProxy.TornAfter"/> bytes of the answer's body.</summary>
    TornAnswer,
}

/// <summary>
/// Stands between the store and the real S3 server, which checks signatures as ever, and spoils the requests a test picks.
/// </summary>
public sealed class FaultyProxy : IAsyncDisposable
{
    // Absent: forwarding these would describe the proxy's own connection.
    private static readonly HashSet<string> NotForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection",
        "Transfer-Encoding",
        "Keep-Alive",
        "Expect",
    };

    private readonly WebApplication _app;
    private readonly HttpClient _upstream = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
    private readonly Uri _target;
    private long _answered;
    private int _connections;

    private FaultyProxy(WebApplication app, Uri target) => (_app, _target) = (app, target);

    /// <summary>Decides about each request, by method and raw target, before its body is read.</summary>
    public Func<string, string, Task<Fault>> Decide { get; set; } = (_, _) => Task.FromResult(Fault.None);

    /// <summary>
    /// The answer to requests that are not forwarded, by method and raw target: a status and S3's word for it; null forwards them.
    /// </summary>
    public Func<string, string, (int Status, string? Code)?> Refuse { get; set; } = (_, _) => null;

    /// <summary>Bytes; larger requests are answered with 413 before they are read, as proxies do.</summary>
    public long MostBody { get; set; } = long.MaxValue;

    /// <summary>The server is asked by its own name, as proxies do that nobody told otherwise.</summary>
    public bool RewritesHost { get; set; }

    /// <summary>Uploads without Content-MD5 are refused, as AWS does where a bucket locks its objects.</summary>
    public bool DemandsMd5 { get; set; }

    /// <summary>A header of the answers that this server does not send.</summary>
    public string? HiddenHeader { get; set; }

    /// <summary>Bytes.</summary>
    public int TornAfter { get; set; }

    /// <summary>Connections that are open now.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Bytes of answers' bodies that went out.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Method and raw target of every request, in order.</summary>
    public ConcurrentQueue<string> Seen { get; } = new();

    public Uri Address => new(_app.Urls.Single());

    public static async Task<FaultyProxy> StartAsync(Uri target)
    {
        FaultyProxy? proxy = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Use(next => connection => proxy!.CountAsync(next, connection)));
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        var app = builder.Build();
        proxy = new FaultyProxy(app, target);
        app.Run(proxy.HandleAsync);
        await app.StartAsync();
        return proxy;
    }

    public static bool IsPart(string method, string target) => method == "PUT" && target.Contains("partNumber=", StringComparison.Ordinal);

    public static bool IsBegin(string method, string target) => method == "POST" && target.Contains("?uploads", StringComparison.Ordinal);

    public static bool IsComplete(string method, string target) =>
        method == "POST" && target.Contains("uploadId=", StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _upstream.Dispose();
    }

    private async Task CountAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        Interlocked.Increment(ref _connections);
        try
        {
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        Seen.Enqueue($"{context.Request.Method} {target}");
        if (Refusal(context.Request, target) is { } refusal)
        {
            context.Response.StatusCode = refusal.Status;
            var page = refusal.Code is { } code
                ? $"<Error><Code>{code}</Code><Message>no</Message></Error>"
                : "<html>A proxy's own page</html>";
            await context.Response.WriteAsync(page, context.RequestAborted);
            return;
        }
        var fault = await Decide(context.Request.Method, target).WaitAsync(context.RequestAborted);
        if (fault == Fault.Reset)
        {
            context.Abort();
            return;
        }
        if (fault is Fault.Unavailable or Fault.Forbidden)
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            context.Response.StatusCode =
                fault == Fault.Forbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status503ServiceUnavailable;
            return;
        }
        using var answer = await _upstream.SendAsync(
            Forward(context.Request, target), HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (fault == Fault.LostAnswer)
        {
            await answer.Content.CopyToAsync(Stream.Null);
            context.Abort();
            return;
        }
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer
            .Headers.Concat(answer.Content.Headers)
            .Where(header =>
                !NotForwarded.Contains(header.Key) && !string.Equals(header.Key, HiddenHeader, StringComparison.OrdinalIgnoreCase)))
            context.Response.Headers[name] = values.ToArray();
        var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        // Less than its Content-Length: Kestrel sends what there is and hangs up. Aborting would take back what the client has not read.
        await CopyAsync(body, context, fault == Fault.TornAnswer ? TornAfter : long.MaxValue);
    }

    private async Task CopyAsync(Stream body, HttpContext context, long most)
    {
        var buffer = new byte[64 * 1024];
        while (most > 0)
        {
            var read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, most)), context.RequestAborted);
            if (read == 0)
                break;
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            Interlocked.Add(ref _answered, read);
            most -= read;
        }
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private (int Status, string? Code)? Refusal(HttpRequest request, string target)
    {
        if (request.ContentLength > MostBody)
            return (StatusCodes.Status413PayloadTooLarge, null);
        if (DemandsMd5 && request.Method == "PUT" && request.Headers.ContentMD5.Count == 0)
            return (StatusCodes.Status400BadRequest, "InvalidRequest");
        return Refuse(request.Method, target);
    }

    private HttpRequestMessage Forward(HttpRequest request, string target)
    {
        // The signature covers the target byte by byte: it must not be tidied on the way.
        var uri = new Uri(
            _target.GetLeftPart(UriPartial.Authority) + target,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var forward = new HttpRequestMessage(new HttpMethod(request.Method), uri);
        if (request.ContentLength is not null)
            forward.Content = new StreamContent(request.Body);
        foreach (var (name, values) in request.Headers.Where(header => !NotForwarded.Contains(header.Key)))
        {
            if (RewritesHost && name == "Host")
                continue;
            if (!forward.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                forward.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }
        return forward;
    }
}
