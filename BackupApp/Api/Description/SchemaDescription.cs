using System.Text.Json.Nodes;
using BackupApp.Api.Requests;
using BackupApp.Errors;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace BackupApp.Api;

/// <summary>Types as clients see them: what has no value is absent and never null, and values have examples.</summary>
internal static class SchemaDescription
{
    private static readonly Dictionary<string, JsonNode> Examples = new()
    {
        ["name"] = "shop production",
        ["host"] = "db.example.com",
        ["db"] = "shop",
        ["user"] = "backup",
        ["password"] = "a long secret",
        ["uri"] = "postgresql://backup:secret@db.example.com:5432/shop?sslmode=require",
        ["scheduleCron"] = "15 2 * * *",
        ["timezone"] = "Europe/Prague",
        ["retentionDays"] = 14,
        ["keepLastN"] = 7,
        ["region"] = "eu-central-1",
        ["type"] = "r2",
        ["bucket"] = "our-backups",
        ["prefix"] = "databases",
        ["endpointUrl"] = "https://s3.example.com",
        ["accessKeyId"] = "AKIAIOSFODNN7EXAMPLE",
        ["secretAccessKey"] = "a long secret",
        ["confirmation"] = "shop production",
        ["priority"] = 10,
        ["jobErrorSummary"] = "The server refused the login of 'backup'.",
        ["errorMessage"] = "The server refused the login of 'backup'.",
        ["action"] = "backup_job.completed",
        ["detectedEngineVersion"] = "17.4",
    };

    public static Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schema);
        schema.Type &= ~JsonSchemaType.Null;
        if (schema.Enum is { } words)
            schema.Enum = [.. words.Where(word => word is not null)];
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(DateTimeOffset) || type.IsEnum)
            schema.Type = JsonSchemaType.String;
        if (type == typeof(System.Text.Json.JsonElement))
            schema.Type = JsonSchemaType.Object;
        foreach (var (name, value) in schema.Properties?.ToList() ?? [])
        {
            // "null or a word": what has no value is absent.
            if (value.OneOf is [_, OpenApiSchemaReference reference])
                schema.Properties![name] = reference;
        }

        foreach (var member in context.JsonTypeInfo.Properties.Where(p => p is { IsGetNullable: true, IsRequired: false }))
            schema.Required?.Remove(member.Name);

        if (type == typeof(WaitTime))
        {
            schema.Type = JsonSchemaType.String;
            schema.Pattern = "^[0-9]+[sm]?$";
            schema.Properties = null;
        }

        if (context.JsonPropertyInfo is { } property
            && property.DeclaringType != typeof(ApiProblem)
            && Examples.TryGetValue(property.Name, out var example)
            && schema.Enum is null)
            schema.Examples = [example.DeepClone()];
        return Task.CompletedTask;
    }
}
