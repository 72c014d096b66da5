using System.Net;
using System.Net.Sockets;

namespace BackupApp.Tests.Alerts;

/// <summary>What came in one request.</summary>
internal sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A real HTTP receiver of webhooks, that can be told what to answer.</summary>
internal sealed class TestReceiver : IDisposable
{
    private readonly HttpListener _listener = new();

    public TestReceiver()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Address { get; }

    public int Status { get; set; } = 200;

    public string Answer { get; set; } = "thank you";

    public string? RetryAfter { get; set; }

    /// <summary>It answers nobody before this is over.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    public List<Received> Requests { get; } = [];

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                await AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            return; // Disposed.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        var headers = context.Request.Headers.AllKeys.OfType<string>().ToDictionary(
            k => k.ToLowerInvariant(), k => context.Request.Headers[k] ?? "");
        Requests.Add(new Received(context.Request.Url!.AbsolutePath, headers, await reader.ReadToEndAsync()));
        await Held;
        context.Response.StatusCode = Status;
        if (RetryAfter is not null)
            context.Response.AddHeader("Retry-After", RetryAfter);
        context.Response.RedirectLocation = Status is 301 or 302 ? Address + "elsewhere" : null;
        await using (var writer = new StreamWriter(context.Response.OutputStream))
            await writer.WriteAsync(Answer);
        context.Response.Close();
    }
}
