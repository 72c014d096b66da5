using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupApp.Tests.Api;

/// <summary>Whatever anybody sends, the API never answers with a fault of its own. BACKUPAPP_TEST_FUZZ_SEED repeats a run.</summary>
[Trait("kind", "slow")]
public sealed class FuzzTests(FuzzBench bench, ITestOutputHelper output) : IClassFixture<FuzzBench>
{
    private static readonly int Requests = int.TryParse(
        Environment.GetEnvironmentVariable("BACKUPAPP_TEST_FUZZ_REQUESTS"),
        NumberStyles.None,
        CultureInfo.InvariantCulture,
        out var count)
        ? count
        : 8_000;

    private const int Senders = 24;

    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private readonly ConcurrentDictionary<string, bool> _succeeded = new();
    private readonly ConcurrentDictionary<string, long> _milliseconds = new();
    private readonly ConcurrentBag<string> _faults = [];

    [Fact]
    public async Task Twenty_thousand_requests_made_from_the_description_meet_no_fault_of_the_server()
    {
        await bench.RequireAsync();
        var seed = int.TryParse(
            Environment.GetEnvironmentVariable("BACKUPAPP_TEST_FUZZ_SEED"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var description = JsonNode.Parse(
            await bench.Http.GetStringAsync(new Uri(bench.App.Address, "/openapi/v1.json"), TestContext.Current.CancellationToken))!;
        var requests = new FuzzedRequests(description, await bench.IdsAsync(), seed);

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Senders, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Requests).Select(_ => requests.Next()),
            parallel,
            async (request, _) => await SendAsync(request));

        var sum = string.Join(", ", _statuses.OrderBy(s => s.Key).Select(s => $"{s.Key}: {s.Value}"));
        output.WriteLine($"{Requests} requests to {requests.Operations} operations, {_succeeded.Count} of which succeeded: {sum}");
        output.WriteLine($"never: {string.Join(", ", Never())}");
        output.WriteLine(
            $"most time: {string.Join(", ", _milliseconds.OrderByDescending(o => o.Value).Take(6).Select(o => $"{o.Key} {o.Value} ms"))}");
        Assert.True(_faults.IsEmpty, $"seed {seed}, {_faults.Count} faults:\n{string.Join('\n', _faults.Take(10))}");
        // Requests that all fail at the door would prove nothing.
        Assert.True(_statuses.Where(s => s.Key < 300).Sum(s => s.Value) > Requests / 10, sum);
        Assert.True(
            _succeeded.Count > requests.Operations / 2,
            $"only {_succeeded.Count} of {requests.Operations} operations ever succeeded, never {string.Join(", ", Never())}");
    }

    private IEnumerable<string> Never() => _milliseconds.Keys.Where(o => !_succeeded.ContainsKey(o)).Order(StringComparer.Ordinal);

    private async Task SendAsync(FuzzedRequest request)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            using var answer = await AskAsync(request);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var elapsed = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            _milliseconds.AddOrUpdate(request.Operation, elapsed, (_, sum) => sum + elapsed);
            var status = (int)answer.StatusCode;
            _statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
            if (status < 300)
                _succeeded[request.Operation] = true;
            else if (Complaint(status, answer.Content.Headers.ContentType?.MediaType, text) is { } complaint)
                _faults.Add($"{complaint}: {request} → {status} {text[..Math.Min(text.Length, 300)]}");
        }
        catch (HttpRequestException e)
        {
            _faults.Add($"No answer, twice: {request} → {e.Message} {e.InnerException?.Message}");
        }
    }

    // The web server closes the connection of a request whose body it refused to read; the next one
    // on it then gets no answer, through no fault of its own.
    private async Task<HttpResponseMessage> AskAsync(FuzzedRequest request)
    {
        try
        {
            return await bench.Http.SendAsync(request.ToMessage(bench.App.Address), TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException)
        {
            return await bench.Http.SendAsync(request.ToMessage(bench.App.Address), TestContext.Current.CancellationToken);
        }
    }

    private static string? Complaint(int status, string? type, string text)
    {
        if (status >= 500 && status != 501)
            return "A fault";
        // The web server itself refuses what is not HTTP, before the app sees it.
        if (text.Length == 0 && status is 400 or 414 or 431)
            return null;
        if (type != "application/problem+json")
            return $"Not problem+json but {type}";
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        return problem.TryGetProperty("code", out _)
            && problem.TryGetProperty("msg", out _)
            && problem.GetProperty("status").GetInt32() == status
            ? null
            : "Not a whole problem";
    }
}
