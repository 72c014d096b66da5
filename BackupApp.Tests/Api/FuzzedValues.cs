using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace BackupApp.Tests.Api;

internal enum Mood
{
    Valid,
    NearlyValid,
    Garbage,
}

/// <summary>Values of one fuzzed request.</summary>
internal sealed class FuzzedValues(
    JsonNode description, IReadOnlyDictionary<string, IReadOnlyList<string>> ids, Random random, Mood mood)
{
    public Mood Mood => mood;

    private bool Odd => mood != Mood.Valid && random.Next(mood == Mood.NearlyValid ? 6 : 2) == 0;

    /// <param name="kind">The step of the path before it.</param>
    /// <param name="isDeleted">Whether the request deletes it.</param>
    public string Id(string kind, bool isDeleted) =>
        Odd || random.Next(30) == 0 ? Pick(FuzzWords.Ids)
        : random.Next(8) > 0 && ids.TryGetValue(kind, out var known) ? isDeleted ? known[^1] : Pick(known)
        : isDeleted ? Pick([.. ids.Values.Select(of => of[^1])])
        : Known();

    public string ContentType() =>
        mood == Mood.Valid || random.Next(10) > 0
            ? "application/json"
            : Pick((string[])["text/plain", "application/xml", "application/json; charset=utf-16", "multipart/form-data; boundary=x"]);

    public string Parameter(string name, JsonNode schema)
    {
        if (name == "wait")
            return Pick((string[])["0", "0s", "1s", "x", "-1s", "121s", "99999999999m", "%00"]);
        if (name is "Idempotency-Key" or "If-Match")
            return Odd ? Pick((string[])["", "\"", "*", "\"1\"", "W/\"1\"", "ä", new('k', 300), "a,b"])
                : name == "If-Match" ? "*"
                : $"key-{random.Next(50)}";
        if (Odd)
            return Pick(FuzzWords.QueryTexts);
        var value = Resolve(schema);
        if (value["type"]?.GetValue<string>() == "array")
            value = Resolve(value["items"]!);
        return Uri.EscapeDataString(Value(name, value).ToString());
    }

    public byte[] Body(JsonNode? schema)
    {
        if (mood == Mood.Garbage && random.Next(2) == 0)
            return Noise();
        var json = Text(schema is null ? new JsonObject() : Value("", Resolve(schema)));
        return mood == Mood.Garbage ? Break(Encoding.UTF8.GetBytes(json)) : Encoding.UTF8.GetBytes(json);
    }

    private JsonNode Value(string name, JsonNode schema)
    {
        if (mood == Mood.Valid && FuzzWords.Right.TryGetValue(name, out var right))
            return JsonValue.Create(right);
        if (Odd && name.Length > 0)
            return Anything();
        if (schema["enum"] is JsonArray words)
            return JsonValue.Create(words[random.Next(words.Count)]!.GetValue<string>());
        return schema["type"]?.GetValue<string>() switch
        {
            "object" => Members(schema),
            "array" => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Value(name, Resolve(schema["items"]!)))]),
            "integer" => JsonValue.Create(Odd ? random.Next() : Number(name, schema)),
            "boolean" => JsonValue.Create(random.Next(2) == 0),
            _ => JsonValue.Create(Word(name, schema["format"]?.GetValue<string>())),
        };
    }

    private JsonObject Members(JsonNode schema)
    {
        var required = schema["required"]?.AsArray().Select(n => n!.GetValue<string>()).ToHashSet() ?? [];
        var members = new JsonObject();
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            // Without an endpoint a bucket is looked for at AWS.
            if (name == "endpointUrl" || (required.Contains(name) && !Odd) || random.Next(mood == Mood.Valid ? 6 : 2) == 0)
                members[name] = name == "endpointUrl" ? Word(name, null) : Value(name, Resolve(property!));
        }

        for (var i = 0; schema["additionalProperties"] is not null && i < random.Next(3); i++)
            members[Pick((string[])["sslmode", "application_name", "connect_timeout", "sslcert", "x"])] = Pick(FuzzWords.Texts);
        if (Odd)
            members[Pick((string[])["unknown", "", "Name", "\0", "constructor"])] = Anything();
        return members;
    }

    private int Number(string name, JsonNode schema)
    {
        var (least, most) = (schema["minimum"]?.GetValue<int>() ?? 0, schema["maximum"]?.GetValue<int>() ?? 1000);
        return name == "port" ? 1 : name == "parallelism" ? 0 : random.Next(least, Math.Max(least + 1, most));
    }

    private string Word(string name, string? format) => (name, format) switch
    {
        ("policyId", "uuid") => ids["policies"][0],
        ("destinationId", "uuid") => ids["storage-destinations"][0],
        (_, "uuid") => Known(),
        (_, "date-time") => DateTimeOffset.FromUnixTimeSeconds(random.Next()).ToString("O", CultureInfo.InvariantCulture),
        ("host", _) => mood == Mood.Valid ? "127.0.0.1" : Pick(FuzzWords.Hosts),
        ("uri", _) => Pick(
            (string[])
                [
                    "postgresql://u:p@127.0.0.1:1/db", "postgresql://127.0.0.1:1", "mongodb://127.0.0.1:1/db", "x://",
                    "postgresql://u:%00@127.0.0.1:1/db", "postgresql://u@127.0.0.1:1/d?sslcert=/etc/x",
                ]),
        ("hosts", _) => "127.0.0.1:1",
        ("srv_host", _) => "127.0.0.1",
        // The test of a destination tries for seconds: nearly all are refused before it.
        ("endpointUrl", _) => random.Next(40) == 0
            ? "http://127.0.0.1:1"
            : Pick((string[])["https://127.0.0.1:1/path", "ftp://127.0.0.1", "x"]),
        ("publicEndpointUrl", _) => Pick((string[])["http://127.0.0.1:1", "https://127.0.0.1:1/path", "ftp://127.0.0.1", "x"]),
        ("scheduleCron", _) => Pick((string[])["15 2 * * *", "*/5 * * * *", "0 0 31 2 *", "* * * * * *", "@daily"]),
        ("timezone", _) => Pick((string[])["Europe/Prague", "UTC", "Mars/Olympus", "../../etc/passwd"]),
        ("policyId", _) => random.Next(2) == 0 ? "" : Known(),
        ("bucket", _) => "our-backups",
        ("name", _) => mood == Mood.Valid ? $"n{random.Next()}" : Pick(FuzzWords.Texts),
        ("email", _) => $"u{random.Next()}@example.com",
        _ => mood == Mood.Valid ? "text" : Pick(FuzzWords.Texts),
    };

    private JsonNode Anything() => random.Next(6) switch
    {
        0 => JsonNode.Parse(Pick(FuzzWords.Numbers) is { } number && number != "00" ? number : "0")!,
        1 => JsonValue.Create(true),
        2 => new JsonArray(1, "x", new JsonObject()),
        3 => new JsonObject { ["x"] = new JsonObject() },
        _ => JsonValue.Create(Pick(FuzzWords.Texts)),
    };

    private byte[] Noise()
    {
        switch (random.Next(8))
        {
            case 0:
                return Encoding.UTF8.GetBytes("{\"name\":\"\\ud800\",\"\\udc00\":1}");
            case 1:
                return [.. "{\"name\":\""u8, 0xff, 0xfe, .. "\"}"u8];
            case 2:
                return Encoding.UTF8.GetBytes(new string('[', 5000));
            case 3:
                return Encoding.UTF8.GetBytes("{\"name\":\"a\",\"name\":\"b\"}");
            case 4 when random.Next(20) == 0:
                return Encoding.UTF8.GetBytes($"{{\"name\":\"{new string('z', (1 << 20) + 1)}\"}}");
            case 5:
                return Encoding.UTF8.GetBytes(Pick(FuzzWords.NoObjects));
            default:
                var bytes = new byte[random.Next(200)];
                random.NextBytes(bytes);
                return bytes;
        }
    }

    private byte[] Break(byte[] json)
    {
        if (json.Length > 0)
            json[random.Next(json.Length)] = (byte)random.Next(256);
        return random.Next(3) == 0 ? json[..random.Next(json.Length + 1)] : json;
    }

    private static string Text(JsonNode node) => node.ToJsonString();

    private JsonNode Resolve(JsonNode schema)
    {
        while (schema["$ref"]?.GetValue<string>() is { } reference)
            schema = reference.Split('/').Skip(1).Aggregate(description, (node, step) => node[step]!);
        return schema;
    }

    private string Known() => Pick([.. ids.Values.SelectMany(of => of)]);

    private string Pick(IReadOnlyList<string> list) => list[random.Next(list.Count)];
}
