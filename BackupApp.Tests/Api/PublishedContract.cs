using System.Text.Json.Nodes;

namespace BackupApp.Tests.Api;

/// <summary>The published contract (see Contract/NOTICE.md), and whether an answer is as one of its schemas says.</summary>
internal sealed class PublishedContract
{
    private const string Errors = "#/components/schemas/response.APIError";

    private readonly JsonNode _document = JsonNode.Parse(File.ReadAllText(Location))!;

    public static string Location => Path.Combine(AppContext.BaseDirectory, "Api", "Contract", "backup-api.openapi.json");

    /// <summary>For example <c>GET /datasources/{id}</c>.</summary>
    public IReadOnlyList<string> Operations =>
    [
        .. from path in _document["paths"]!.AsObject()
           from method in path.Value!.AsObject()
           where method.Key != "parameters"
           select $"{method.Key.ToUpperInvariant()} {path.Key}",
    ];

    /// <summary>What is wrong with an answer, each a short sentence; empty when it is as the contract says.</summary>
    public IReadOnlyList<string> Check(string operation, int status, string? contentType, string body)
    {
        var words = operation.Split(' ');
        var response = _document["paths"]![words[1]]![words[0].ToLowerInvariant()]!["responses"]![$"{status}"];
        var problems = new List<string>();
        if (response is null && status < 400)
            return [$"{status} is not in the contract"];
        // Errors that it does not list for this operation look like those that it does.
        var schema = status >= 400 ? new JsonObject { ["$ref"] = Errors } : response!["content"]?["application/json"]?["schema"];
        if (schema is null)
            return body.Length == 0 ? [] : ["there is a body"];
        if (contentType != (status >= 400 ? "application/problem+json" : "application/json"))
            problems.Add($"the content type is {contentType}");
        Check(JsonNode.Parse(body), schema, "", problems);
        return problems;
    }

    private void Check(JsonNode? value, JsonNode schema, string path, List<string> problems)
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
        {
            Check(value, reference.Split('/').Skip(1).Aggregate(_document, (node, step) => node[step]!), path, problems);
            return;
        }

        foreach (var part in schema["allOf"]?.AsArray() ?? [])
            Check(value, part!, path, problems);
        if (schema["enum"] is JsonArray words && words.All(word => word!.ToJsonString() != value?.ToJsonString()))
            problems.Add($"{path} is {value?.ToJsonString()}, no word of the enum");
        if (schema["type"]?.GetValue<string>() is { } type && !Is(value, type))
            problems.Add($"{path} is {value?.ToJsonString() ?? "null"}, no {type}");
        else if (value is JsonObject members)
            CheckMembers(members, schema, path, problems);
        else if (value is JsonArray items && schema["items"] is { } item)
        {
            foreach (var one in items)
                Check(one, item, path + "[]", problems);
        }
    }

    private void CheckMembers(JsonObject members, JsonNode schema, string path, List<string> problems)
    {
        foreach (var name in schema["required"]?.AsArray() ?? [])
        {
            if (!members.ContainsKey(name!.GetValue<string>()))
                problems.Add($"{path}.{name} is missing");
        }

        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            if (members.TryGetPropertyValue(name, out var value))
                Check(value, property!, $"{path}.{name}", problems);
        }

        foreach (var (name, value) in schema["additionalProperties"] is JsonObject ? members : [])
            Check(value, schema["additionalProperties"]!, $"{path}.{name}", problems);
    }

    private static bool Is(JsonNode? value, string type) => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == System.Text.Json.JsonValueKind.String,
        "integer" => value is JsonValue number && number.TryGetValue<long>(out _),
        "number" => value?.GetValueKind() == System.Text.Json.JsonValueKind.Number,
        "boolean" => value?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
        _ => throw new InvalidOperationException($"The contract has a type '{type}' that is not checked."),
    };
}
