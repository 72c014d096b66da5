using System.Text.Json.Nodes;

namespace BackupApp.Tests.Api;

/// <summary>Calls operations of the contract by their published names, and keeps what came of it.</summary>
internal sealed class ContractWalk(ApiBench bench)
{
    private static readonly string Nobody = Guid.Empty.ToString();

    private readonly List<Exchange> _exchanges = [];

    public PublishedContract Contract { get; } = new();

    public IEnumerable<Exchange> Of(string operation) => _exchanges.Where(e => e.Operation == operation);

    /// <param name="operation">
    /// For example <c>GET /datasources/{id}</c>; a placeholder that has no value becomes an id that nobody has.
    /// </param>
    /// <param name="query">With its question mark.</param>
    public async Task<JsonNode> CallAsync(
        string operation,
        int expected,
        JsonNode? body = null,
        string query = "",
        params (string Name, string Value)[] values)
    {
        Assert.Contains(operation, Contract.Operations);
        var words = operation.Split(' ');
        var path = values.Aggregate(words[1], (p, value) => p.Replace($"{{{value.Name}}}", value.Value, StringComparison.Ordinal));
        path = string.Join('/', path.Split('/').Select(step => step.StartsWith('{') ? Nobody : step));
        using var answer = await bench.AskAsync(new HttpMethod(words[0]), path[1..] + query, body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var status = (int)answer.StatusCode;
        Assert.True(status == expected, $"{operation}{query} answered {status} and not {expected}: {text}");
        var problems = Contract.Check(operation, status, answer.Content.Headers.ContentType?.MediaType, text);
        _exchanges.Add(new Exchange(operation, status, problems));
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }
}

/// <param name="Problems">In which it is not as the contract says.</param>
internal sealed record Exchange(string Operation, int Status, IReadOnlyList<string> Problems);
