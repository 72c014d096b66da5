using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace BackupApp.Data;

/// <summary>A value that is kept as JSON in a column of its own: names in camelCase, enums as the API's snake_case words.</summary>
public static class JsonColumn
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerOptions.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static PropertyBuilder<T> AsJson<T>(this PropertyBuilder<T> property) =>
        property.HasColumnType("jsonb").HasConversion<JsonColumnConverter<T>, JsonColumnComparer<T>>();

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options)!;
}

/// <summary>To the column's text and back.</summary>
public sealed class JsonColumnConverter<T>() : ValueConverter<T, string>(
    value => JsonColumn.Write(value),
    json => JsonColumn.Read<T>(json));

/// <summary>Two values are the same when their JSON is.</summary>
public sealed class JsonColumnComparer<T>() : ValueComparer<T>(
    (a, b) => JsonColumn.Write(a) == JsonColumn.Write(b),
    value => JsonColumn.Write(value).GetHashCode(StringComparison.Ordinal));
