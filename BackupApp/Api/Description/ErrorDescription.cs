using System.Globalization;
using System.Text.Json.Nodes;
using BackupApp.Errors;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace BackupApp.Api;

/// <summary>What the description of an operation says of a refusal, with an example.</summary>
internal static class ErrorDescription
{
    public static async Task AddAsync(
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
