using BackupApp.Api.Requests;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace BackupApp.Api;

/// <summary>What an endpoint's metadata says of it: query parameters, errors, headers.</summary>
internal static class OperationDescription
{
    public static async Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>().Where(p => p.In == ParameterLocation.Path) ?? [])
            parameter.Description ??= "An id, such as 83b7870d-7201-4759-8403-305adcfc925e.";
        foreach (var query in metadata.OfType<QueryMetadata>())
            await AddQueryAsync(operation, query.Type, context, cancellationToken);
        foreach (var status in metadata.OfType<ErrorMetadata>().Select(e => e.Status).Distinct().Order())
            await ErrorDescription.AddAsync(operation, status, context, cancellationToken);
        AddHeaders(operation, context, metadata);
        foreach (var (_, response) in operation.Responses ?? [])
            response.Description = response.Description is null or "" ? "Done" : response.Description;
    }

    private static async Task AddQueryAsync(
        OpenApiOperation operation,
        Type type,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken)
    {
        var schema = await context.GetOrCreateSchemaAsync(type, null, cancellationToken);
        operation.Parameters ??= [];
        foreach (var (name, property) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
            operation.Parameters.Add(
                new OpenApiParameter
                {
                    Name = name,
                    In = ParameterLocation.Query,
                    Description = property.Description ?? QueryWords.Of(name),
                    Schema = property,
                });
    }

    private static void AddHeaders(OpenApiOperation operation, OpenApiOperationTransformerContext context, IList<object> metadata)
    {
        var method = context.Description.HttpMethod;
        operation.Parameters ??= [];
        if (metadata.OfType<IdempotentMetadata>().Any())
            operation.Parameters.Add(
                Header(
                    "Idempotency-Key",
                    "Any text of 1 to 200 characters, new for each thing to be done. "
                    + "The same request with the same key is done only once within 24 hours."));
        if (metadata.OfType<ErrorMetadata>().Any(e => e.Status == StatusCodes.Status412PreconditionFailed))
            operation.Parameters.Add(Header("If-Match", "The ETag of what you read: 412 when it was changed since."));
        var location = metadata.OfType<IdempotentMetadata>().Any() || method == "POST" && operation.Responses?.ContainsKey("201") == true;
        if (location && operation.Responses?.FirstOrDefault(r => r.Key.StartsWith('2')).Value is OpenApiResponse made)
            made.Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["Location"] = new OpenApiHeader
                {
                    Description = "The address of what was made.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                },
            };
        if (method == "GET"
            && operation.Description?.Contains("ETag", StringComparison.Ordinal) == true
            && operation.Responses?["200"] is OpenApiResponse read)
            read.Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["ETag"] = new OpenApiHeader
                {
                    Description = "The version, for If-Match.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                },
            };
    }

    private static OpenApiParameter Header(string name, string description) =>
        new()
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };
}
