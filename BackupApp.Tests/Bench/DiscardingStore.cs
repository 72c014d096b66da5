using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace BackupApp.Tests.Bench;

/// <summary>
/// Says what an S3 server says, counts the bytes of parts and forgets them; only what is as small as a destination's test is kept.
/// </summary>
public sealed class DiscardingStore : IAsyncDisposable
{
    private const string Xml = "application/xml";
    private const int Kept = 17 << 20;

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Entry> _entries = new();

    private DiscardingStore(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Of the upload with the most.</summary>
    public int MostParts { get; private set; }

    public long MostBytes { get; private set; }

    public static async Task<DiscardingStore> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        var store = new DiscardingStore(builder.Build());
        store._app.Run(store.AnswerAsync);
        await store._app.StartAsync();
        return store;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        var (request, query) = (context.Request, context.Request.Query);
        return request.Method switch
        {
            "POST" when query.ContainsKey("uploads") => SayAsync(
                context,
                $"<InitiateMultipartUploadResult><UploadId>{Guid.NewGuid():N}</UploadId></InitiateMultipartUploadResult>"),
            "POST" => CompleteAsync(context),
            "PUT" => TakeAsync(context),
            "GET" when query.ContainsKey("uploads") => SayAsync(
                context,
                "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>"),
            "GET" when query.ContainsKey("versioning") => SayAsync(context, "<VersioningConfiguration/>"),
            "GET" when query.ContainsKey("list-type") => SayAsync(
                context,
                "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"),
            "GET" or "HEAD" => GiveAsync(context),
            "DELETE" => DeleteAsync(context),
            _ => throw new NotSupportedException(request.Method),
        };
    }

    private async Task TakeAsync(HttpContext context)
    {
        var entry = _entries.GetOrAdd(context.Request.Path, _ => new Entry());
        var small = context.Request.ContentLength <= Kept ? new MemoryStream() : null;
        var buffer = new byte[128 * 1024];
        long count = 0;
        for (int taken; (taken = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0; count += taken)
            small?.Write(buffer.AsSpan(0, taken));
        _ = int.TryParse(context.Request.Query["partNumber"], CultureInfo.InvariantCulture, out var part);
        entry.Add(part, count, small?.ToArray());
        context.Response.Headers.ETag = "\"00000000000000000000000000000000\"";
    }

    private Task CompleteAsync(HttpContext context)
    {
        var entry = _entries[context.Request.Path];
        (MostParts, MostBytes) = (Math.Max(MostParts, entry.Parts), Math.Max(MostBytes, entry.Length));
        return SayAsync(
            context,
            "<CompleteMultipartUploadResult><ETag>\"00000000000000000000000000000000-1\"</ETag></CompleteMultipartUploadResult>");
    }

    private async Task GiveAsync(HttpContext context)
    {
        if (context.Request.Path.Value!.Trim('/').Contains('/', StringComparison.Ordinal) is false)
            return; // The bucket itself, which is there.
        if (!_entries.TryGetValue(context.Request.Path, out var entry))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await SayAsync(context, "<Error><Code>NoSuchKey</Code></Error>");
            return;
        }

        context.Response.Headers.ETag = "\"00000000000000000000000000000000\"";
        context.Response.Headers.LastModified = DateTimeOffset.UtcNow.ToString("R", CultureInfo.InvariantCulture);
        if (context.Request.Method == "HEAD")
            context.Response.ContentLength = entry.Length;
        else
            await Results.Bytes(entry.Bytes ?? [], "application/octet-stream", enableRangeProcessing: true).ExecuteAsync(context);
    }

    private Task DeleteAsync(HttpContext context)
    {
        _entries.TryRemove(context.Request.Path, out _);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static async Task SayAsync(HttpContext context, string xml)
    {
        context.Response.ContentType = Xml;
        if (context.Request.Method != "HEAD")
            await context.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>{xml}");
    }

    private sealed class Entry
    {
        private readonly Lock _lock = new();
        private SortedDictionary<int, byte[]>? _parts = [];

        public int Parts { get; private set; }

        public long Length { get; private set; }

        /// <summary>Null for what is too large to be a destination's test.</summary>
        public byte[]? Bytes
        {
            get
            {
                lock (_lock)
                    return _parts is null ? null : [.. _parts.Values.SelectMany(part => part)];
            }
        }

        public void Add(int number, long count, byte[]? bytes)
        {
            lock (_lock)
            {
                Parts++;
                Length += count;
                if (bytes is null || Length > Kept)
                    _parts = null;
                else if (_parts is not null)
                    _parts[number] = bytes;
            }
        }
    }
}
