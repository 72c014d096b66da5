using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace BackupApp.Pages.Api;

/// <summary>
/// The API's description for people. Rendered here, since the usual viewers need inline scripts and styles, which the pages forbid.
/// </summary>
public sealed class IndexModel([FromKeyedServices("v1")] IOpenApiDocumentProvider description) : PageModel
{
    private static readonly HttpMethod[] Order = [HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete];

    public IReadOnlyList<Section> Sections { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var document = await description.GetOpenApiDocumentAsync(cancellationToken);
        Sections =
        [
            .. from path in document.Paths
               from operation in (path.Value.Operations ?? []).OrderBy(o => Array.IndexOf(Order, o.Key))
               let entry = new Entry(operation.Key.Method, path.Key, operation.Value)
               group entry by operation.Value.Tags?.FirstOrDefault()?.Name ?? "Other" into section
               select new Section(section.Key, [.. section.OrderBy(e => e.Path, StringComparer.Ordinal)]),
        ];
    }

    /// <summary>Fields of an object, those of a list's rows and of nested objects below their name.</summary>
    public static IEnumerable<Field> Fields(IOpenApiSchema? schema, string prefix = "", int depth = 0)
    {
        if (schema?.Items is { } items)
            return Fields(items, prefix, depth);
        return (schema?.Properties ?? new Dictionary<string, IOpenApiSchema>()).SelectMany(property =>
        {
            var name = prefix + property.Key;
            var field = new Field(name, Word(property.Value), schema!.Required?.Contains(property.Key) == true, property.Value.Description);
            return depth > 3 ? [field] : Fields(property.Value, name + ".", depth + 1).Prepend(field);
        });
    }

    public static string Word(IOpenApiSchema? schema) => schema switch
    {
        null => "",
        { Enum: { Count: > 0 } words } => string.Join(" | ", words.Select(word => word?.ToString())),
        { Items: { } items } => $"list of {Word(items)}",
        _ => schema.Format ?? schema.Type?.ToString().ToLowerInvariant() ?? "object",
    };

    public sealed record Section(string Name, IReadOnlyList<Entry> Entries);

    public sealed record Entry(string Method, string Path, OpenApiOperation Operation)
    {
        public IOpenApiSchema? Body => Operation.RequestBody?.Content?.Values.FirstOrDefault()?.Schema;

        public IOpenApiSchema? Answer => Success?.Content?.Values.FirstOrDefault()?.Schema;

        public IOpenApiResponse? Success => Operation.Responses?.FirstOrDefault(r => r.Key.StartsWith('2')).Value;

        public string Statuses => string.Join(", ", Operation.Responses?.Keys.Order() ?? Enumerable.Empty<string>());
    }

    public sealed record Field(string Name, string Type, bool IsRequired, string? Description);
}
