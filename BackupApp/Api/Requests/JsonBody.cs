using System.Reflection;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Metadata;

namespace BackupApp.Api.Requests;

/// <summary>
/// A request's JSON body. What is wrong with its shape is kept in <see cref="Problems"/>, so that
/// the handler can add what is wrong with its values before the caller is told.
/// </summary>
/// <param name="value">Fields that could not be read are null or default.</param>
internal sealed class JsonBody<T>(T value, Dictionary<string, string> problems) : IEndpointParameterMetadataProvider
    where T : class, new()
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public Dictionary<string, string> Problems { get; } = problems;

    /// <summary>Whatever could be read.</summary>
    public T Draft { get; } = value;

    /// <summary>The body, whole.</summary>
    /// <exception cref="InvalidRequestException">It is not.</exception>
    public T Value => Problems.Count == 0 ? Draft : throw new InvalidRequestException(Problems);

    /// <summary>
    /// Names every problem at once: those of the shape and those that a feature's own validation finds in what could be read.
    /// </summary>
    /// <param name="fields">The input's fields as the API spells them.</param>
    /// <exception cref="InvalidRequestException"/>
    public void Check(FieldNames fields, Action<Dictionary<string, string>> validate)
    {
        if (Problems.Count == 0)
            return; // The feature validates it itself.
        var more = new Dictionary<string, string>();
        validate(more);
        foreach (var (field, problem) in more)
            Problems.TryAdd(fields.Of(field), problem);
        throw new InvalidRequestException(Problems);
    }

    /// <exception cref="BadHttpRequestException">It is not JSON at all, or too large.</exception>
    public static async ValueTask<JsonBody<T>> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var bytes = await ReadAsync(context);
        context.Features.Set(new BodyBytes(bytes));
        var optional = parameter.GetCustomAttribute<OptionalBodyAttribute>() is not null;
        if (bytes.Length == 0 && optional)
            return new JsonBody<T>(new T(), []);
        if (!context.Request.HasJsonContentType())
            throw new BadHttpRequestException(
                "The body must be JSON, and say so: Content-Type: application/json.",
                StatusCodes.Status415UnsupportedMediaType);
        if (!Utf8.IsValid(bytes))
            throw new BadHttpRequestException("The body is not valid UTF-8.");
        try
        {
            using var json = JsonDocument.Parse(bytes, Strict);
            // What generated clients send for a body that is left out.
            if (json.RootElement.ValueKind == JsonValueKind.Null && optional)
                return new JsonBody<T>(new T(), []);
            var problems = new Dictionary<string, string>();
            return new JsonBody<T>((T)new BodyReader(problems).Read(json.RootElement, typeof(T)), problems);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new BadHttpRequestException(
                bytes.Length == 0 ? "The body is empty." : $"The body is not valid JSON. {Where(e)}".TrimEnd(),
                e);
        }
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(parameter);
        builder.Metadata.Add(
            new AcceptsMetadata(["application/json"], typeof(T), parameter.GetCustomAttribute<OptionalBodyAttribute>() is not null));
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var memory = new MemoryStream();
        await context.Request.Body.CopyToAsync(memory, context.RequestAborted);
        return memory.ToArray();
    }

    private static string Where(Exception e) => e is JsonException { LineNumber: { } line, BytePositionInLine: { } position }
        ? $"Line {line + 1}, byte {position + 1}."
        : "";
}

/// <summary>The body as it came, for whoever compares requests.</summary>
internal sealed record BodyBytes(byte[] Value);

/// <summary>The body may be left out.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class OptionalBodyAttribute : Attribute;
