using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace BackupApp.Tests.Api;

/// <summary>
/// Requests made from the app's own OpenAPI description: as it asks for them, nearly so, and garbage. The same
/// seed makes the same requests. Hosts are closed ports of this machine only, so that nothing is ever contacted.
/// </summary>
/// <param name="ids">Ids of things that exist, by the step of a path that they follow; the first of each is never deleted.</param>
internal sealed class FuzzedRequests(JsonNode description, IReadOnlyDictionary<string, IReadOnlyList<string>> ids, int seed)
{
    private const double Valid = 0.45;
    private const double NearlyValid = 0.85;

    private readonly Random _random = new(seed);
    private readonly List<(string Path, string Method, JsonNode Operation)> _operations =
    [
        .. from path in description["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           where operation.Key is "get" or "post" or "put" or "patch" or "delete"
           select (path.Key, operation.Key.ToUpperInvariant(), operation.Value!),
    ];

    /// <summary>Those that are offered.</summary>
    public int Operations => _operations.Count(o => o.Operation["responses"]!["501"] is null);

    public FuzzedRequest Next()
    {
        var (path, method, operation) = _operations[_random.Next(_operations.Count)];
        // They all do the same.
        if (operation["responses"]!["501"] is not null && _random.Next(10) > 0)
            return Next();
        var mood = _random.NextDouble();
        var values = new FuzzedValues(
            description,
            ids,
            _random,
            mood < Valid ? Mood.Valid
                : mood < NearlyValid ? Mood.NearlyValid
                : Mood.Garbage);
        var address = new StringBuilder(FillPath(path, method, values));
        var headers = new List<(string, string)>();
        foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
        {
            var (name, place) = (parameter!["name"]!.GetValue<string>(), parameter["in"]!.GetValue<string>());
            if (place == "path" || _random.Next(3) > 0)
                continue;
            var value = values.Parameter(name, parameter["schema"]!);
            if (place == "query")
                address.Append(
                    CultureInfo.InvariantCulture,
                    $"{(address.ToString().Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={value}");
            else
                headers.Add((name, value));
        }

        if (values.Mood == Mood.Garbage && _random.Next(10) == 0)
            address.Append("?unknown=%00&limit=%FF");
        var schema = operation["requestBody"]?["content"]?["application/json"]?["schema"];
        return new FuzzedRequest(
            $"{method} {path}",
            method,
            address.ToString(),
            headers,
            schema is null && _random.Next(20) > 0 ? null : values.Body(schema),
            values.ContentType());
    }

    private static string FillPath(string path, string method, FuzzedValues values)
    {
        var steps = path.Split('/');
        return string.Join(
            '/',
            steps.Select((step, i) => !step.StartsWith('{') ? step : values.Id(steps[i - 1], method == "DELETE" && i == steps.Length - 1)));
    }
}

/// <param name="Operation">Method and path of the description.</param>
internal sealed record FuzzedRequest(
    string Operation,
    string Method,
    string Address,
    IReadOnlyList<(string Name, string Value)> Headers,
    byte[]? Body,
    string ContentType)
{
    public HttpRequestMessage ToMessage(Uri app)
    {
        var message = new HttpRequestMessage(
            new HttpMethod(Method),
            new Uri(
                app.GetLeftPart(UriPartial.Authority) + Address,
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        foreach (var (name, value) in Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body);
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        }

        return message;
    }

    public override string ToString() =>
        $"{Method} {Address} [{string.Join(", ", Headers)}] {ContentType} "
        + $"{(Body is null ? "" : Encoding.Latin1.GetString(Body.AsSpan(0, Math.Min(Body.Length, 600))))}";
}
