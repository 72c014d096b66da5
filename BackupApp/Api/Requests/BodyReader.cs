using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BackupApp.Api.Requests;

/// <summary>
/// Reads a JSON document into a request's type and goes on after a mistake, so that the caller hears of all of them
/// at once: wrong types, unknown fields, missing ones. Paths are written <c>credential.fields.postgres.port</c>.
/// </summary>
internal sealed class BodyReader(Dictionary<string, string> problems)
{
    public object Read(JsonElement json, Type type) => json.ValueKind == JsonValueKind.Object
        ? ReadObject(json, type, "")
        : throw new BadHttpRequestException("The body must be a JSON object.");

    private object ReadObject(JsonElement json, Type type, string path)
    {
        var info = ApiJson.Options.GetTypeInfo(type);
        var result = Activator.CreateInstance(type)!;
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            var property = info.Properties.FirstOrDefault(p => p.Name == member.Name);
            if (property is null)
                problems[path + member.Name] = "There is no such field.";
            else if (member.Value.ValueKind != JsonValueKind.Null
                && given.Add(member.Name)
                && ReadValue(member.Value, property.PropertyType, path + member.Name, Range(property)) is { } value)
                property.Set!(result, value);
        }

        foreach (var property in info.Properties.Where(p => p.IsRequired && !given.Contains(p.Name)))
            problems.TryAdd(path + property.Name, "Is required.");
        return result;
    }

    private object? ReadValue(JsonElement json, Type type, string path, RangeAttribute? range)
    {
        if (JsonScalar.KindOf(type) is not JsonScalarKind.None and var kind)
            return ReadLeaf(json, type, kind, path, range);
        if (type == typeof(Dictionary<string, string>))
            return ReadMap(json, path);
        if (ItemOf(type) is { } item)
            return ReadArray(json, item, path);
        if (json.ValueKind == JsonValueKind.Object)
            return ReadObject(json, type, path + ".");
        problems[path] = "Must be an object.";
        return null;
    }

    private object? ReadLeaf(JsonElement json, Type type, JsonScalarKind kind, string path, RangeAttribute? range)
    {
        var text = (kind, json.ValueKind) switch
        {
            (JsonScalarKind.Text, JsonValueKind.String) => TextOf(json),
            (JsonScalarKind.Number, JsonValueKind.Number) => json.GetRawText(),
            (JsonScalarKind.Truth, JsonValueKind.True or JsonValueKind.False) => json.GetRawText(),
            _ => null,
        };
        string? problem = null;
        var value = text is null ? null : JsonScalar.Parse(type, text, out problem);
        problem = value is null ? problem ?? JsonScalar.Expected(type) : JsonScalar.OutOfRange(value, range);
        if (problem is null)
            return value;
        problems[path] = problem;
        return null;
    }

    private Dictionary<string, string>? ReadMap(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            problems[path] = "Must be an object of texts.";
            return null;
        }

        var map = new Dictionary<string, string>();
        foreach (var member in json.EnumerateObject())
        {
            if (ReadLeaf(member.Value, typeof(string), JsonScalarKind.Text, $"{path}.{member.Name}", null) is string text)
                map[member.Name] = text;
        }

        return map;
    }

    private Array? ReadArray(JsonElement json, Type type, string path)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            problems[path] = "Must be an array.";
            return null;
        }

        var items = new ArrayList();
        foreach (var (index, item) in json.EnumerateArray().Index())
        {
            if (ReadValue(item, type, $"{path}[{index}]", null) is { } value)
                items.Add(value);
        }

        return items.ToArray(type);
    }

    // An array is a read-only list too.
    private static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0]
        : type.IsArray ? type.GetElementType()
        : null;

    private static string? TextOf(JsonElement json)
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // Half of a surrogate pair: no text that could be stored.
        }
    }

    private static RangeAttribute? Range(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(RangeAttribute), false) is [RangeAttribute range] ? range : null;
}
