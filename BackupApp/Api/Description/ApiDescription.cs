using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace BackupApp.Api;

/// <summary>
/// The OpenAPI document at <c>/openapi/v1.json</c>. It says nothing of this server but what its
/// source says too, so that generators can read it.
/// </summary>
internal static class ApiDescription
{
    public const string Document = "v1";

    public const string Bearer = "token";

    // Markdown.
    private static readonly string[] Paragraphs =
    [
        "Everything that the pages do, for scripts and pipelines. Send an API token as `Authorization: Bearer <token>`; "
        + "tokens are made in the pages under Account,\nor with `POST /api/v1/tokens`.",
        "**Errors** are RFC 9457 problem+json: `code` is the word for programs, `detail` the sentence for people, "
        + "`fields` names every invalid field at once.",
        "**Lists** are paged: pass `cursors.next` on as `cursor`; it is absent on the last page.",
        "**Retries**: send an `Idempotency-Key` with a POST, and the same request with the same key is done only once within 24 hours.",
        "**Edits**: send the `ETag` of what you read as `If-Match`; 412 says that somebody changed it since.",
    ];

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(Document, options =>
    {
        // What most generators read.
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0;
        options.ShouldInclude = api => api.RelativePath?.StartsWith(Answers.Root[1..] + "/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, context, _) =>
        {
            var request = context.ApplicationServices.GetService<IHttpContextAccessor>()?.HttpContext?.Request;
            Introduce(document, request?.PathBase.ToUriComponent() ?? "");
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(OperationDescription.TransformAsync);
        options.AddSchemaTransformer(SchemaDescription.TransformAsync);
    });

    public static void MapApiDescription(this IEndpointRouteBuilder routes) => routes.MapOpenApi("/openapi/v1.json").AllowAnonymous();

    private static void Introduce(OpenApiDocument document, string pathBase)
    {
        document.Info = new OpenApiInfo
        {
            Title = "BackupApp",
            Version = "v1",
            Description = string.Join("\n\n", Paragraphs),
        };
        document.Servers = [new OpenApiServer { Url = pathBase + "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API token." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
    }
}
