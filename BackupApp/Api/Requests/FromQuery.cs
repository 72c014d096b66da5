using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using BackupApp.Data;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Primitives;

namespace BackupApp.Api.Requests;

/// <summary>
/// A request's query string, every wrong parameter named at once. A parameter that does not exist
/// is refused: a mistyped filter must not mean "everything".
/// </summary>
internal sealed class FromQuery<T>(T value) : IEndpointParameterMetadataProvider
    where T : class, new()
{
    public T Value { get; } = value;

    /// <exception cref="InvalidRequestException"/>
    public static ValueTask<FromQuery<T>> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var problems = new Dictionary<string, string>();
        var properties = ApiJson.Options.GetTypeInfo(typeof(T)).Properties;
        var result = new T();
        foreach (var (name, values) in context.Request.Query)
        {
            var plain = name.EndsWith("[]", StringComparison.Ordinal) ? name[..^2] : name;
            var property = properties.FirstOrDefault(p => p.Name.Equals(plain, StringComparison.OrdinalIgnoreCase));
            if (property is null)
                problems[name] = "There is no such parameter.";
            else if (Read(property, values, out var problem) is { } value)
                property.Set!(result, value);
            else if (problem is not null)
                problems[property.Name] = problem;
        }

        return problems.Count == 0 ? new(new FromQuery<T>(result)) : throw new InvalidRequestException(problems);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Metadata.Add(new QueryMetadata(typeof(T)));
    }

    private static object? Read(JsonPropertyInfo property, StringValues values, out string? problem)
    {
        if (property.PropertyType.IsArray)
            return ReadAll(property.PropertyType.GetElementType()!, values, out problem);
        problem = values.Count > 1 ? "Is given more than once." : null;
        if (problem is not null || values[0] is not { Length: > 0 } text)
            return null;
        var value = JsonScalar.Parse(property.PropertyType, text, out problem);
        problem = value is null ? problem : JsonScalar.OutOfRange(value, Range(property));
        return problem is null ? value : null;
    }

    private static Array? ReadAll(Type type, StringValues values, out string? problem)
    {
        problem = values.Count > 200 ? "Give at most 200." : null;
        var result = Array.CreateInstance(type, values.Count);
        for (var i = 0; i < values.Count && problem is null; i++)
        {
            if (JsonScalar.Parse(type, values[i] ?? "", out problem) is { } value)
                result.SetValue(value, i);
        }

        return problem is null ? result : null;
    }

    private static RangeAttribute? Range(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(RangeAttribute), false) is [RangeAttribute range] ? range : null;
}

/// <summary>For the description of the API: the endpoint's query parameters are the properties of this type.</summary>
internal sealed record QueryMetadata(Type Type);

/// <summary>The place in a list.</summary>
internal static class Cursors
{
    /// <exception cref="InvalidRequestException">The text is no cursor of ours.</exception>
    public static KeysetCursor? Read(string? text) => string.IsNullOrEmpty(text)
        ? null
        : KeysetCursor.Parse(text)
            ?? throw new InvalidRequestException("cursor", "Must be the value of cursors.next from the page before.");
}
