using System.Globalization;
using System.Text.Json.Nodes;
using BackupApp.Api.Requests;
using BackupApp.Errors;
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
            await AddErrorAsync(operation, status, context, cancellationToken);
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

    private static async Task AddErrorAsync(
        OpenApiOperation operation,
        int status,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken)
    {
        var problem = ProblemOf(status);
        operation.Responses ??= [];
        operation.Responses[status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
        {
            Description = problem.Title,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [ApiProblem.ContentType] = new() { Schema = await ProblemAsync(context, cancellationToken), Example = Example(problem) },
            },
        };
    }

    private static ApiProblem ProblemOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => ApiProblem.InvalidInput(
            new Dictionary<string, string> { ["name"] = "Give a name of 1 to 100 characters." }),
        StatusCodes.Status404NotFound => ApiProblem.NotFound("There is no such data source."),
        StatusCodes.Status409Conflict => ApiProblem.Conflict("This data source is paused. Resume it to back it up."),
        StatusCodes.Status412PreconditionFailed => ApiProblem.Conflict(new PreconditionFailedException().Message) with
        {
            Status = status,
            Title = "Changed since",
        },
        StatusCodes.Status429TooManyRequests => ApiProblem.RateLimited(
            "Too many requests. Try again after the seconds that Retry-After names."),
        _ => ApiProblem.ForStatus(status),
    };

    private static async Task<IOpenApiSchema> ProblemAsync(OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        const string Name = "Problem";
        var document = context.Document!;
        document.Components ??= new OpenApiComponents();
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        if (!document.Components.Schemas.ContainsKey(Name))
            document.Components.Schemas[Name] = await context.GetOrCreateSchemaAsync(typeof(ApiProblem), null, cancellationToken);
        return new OpenApiSchemaReference(Name, document);
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

    private static JsonObject Example(ApiProblem problem)
    {
        var example = new JsonObject
        {
            ["type"] = problem.Type,
            ["title"] = problem.Title,
            ["status"] = problem.Status,
            ["detail"] = problem.Detail,
            ["msg"] = problem.Msg,
            ["code"] = problem.Code,
            ["traceId"] = "4bf92f3577b34da6a3ce929d0e0e4736",
        };
        if (problem.Fields is { } fields)
            example["fields"] = new JsonObject(fields.Select(f => KeyValuePair.Create<string, JsonNode?>(f.Key, f.Value)));
        return example;
    }
}
