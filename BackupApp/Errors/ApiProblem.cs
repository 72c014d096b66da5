using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BackupApp.Errors;

/// <summary>
/// The one body of every error that a program sees: RFC 9457 problem+json and the published contract's <c>APIError</c>
/// at once (design: "HTTP API"). An endpoint returns it, a middleware calls <see cref="ExecuteAsync"/>.
/// </summary>
public sealed record ApiProblem : IResult
{
    public const string ContentType = "application/problem+json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // never read as HTML: people read it in a terminal
    };

    /// <summary>The contract's word for it, which is also a relative reference.</summary>
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    /// <summary>What went wrong and what to do about it, for people; without secrets.</summary>
    public required string Detail { get; init; }

    /// <summary>Our word for it, for programs.</summary>
    public required string Code { get; init; }

    /// <summary>The contract's name of <see cref="Detail"/>.</summary>
    public string Msg => Detail;

    /// <summary>Field → problem; all wrong fields at once.</summary>
    public IReadOnlyDictionary<string, string>? Fields { get; init; }

    /// <summary>Finds the request in the log.</summary>
    public string? TraceId { get; init; }

    public static ApiProblem InvalidInput(IReadOnlyDictionary<string, string> fields) =>
        Of(400, "INVALID_INPUT", "VALIDATION_FAILED", "The input is not valid", "Some fields are not valid: see fields.") with
        {
            Fields = fields,
        };

    /// <summary>The body cannot be read at all.</summary>
    public static ApiProblem InvalidPayload(string detail, int status = 400) =>
        Of(status, "INVALID_INPUT", "INVALID_PAYLOAD", "The request cannot be read", detail);

    public static ApiProblem InvalidToken(string detail) => Of(401, "INVALID_TOKEN", "UNAUTHORIZED", "Not signed in", detail);

    public static ApiProblem Forbidden(string detail) => Of(403, "FORBIDDEN", "FORBIDDEN", "Not allowed", detail);

    public static ApiProblem LimitExceeded(string detail) => Of(403, "LIMIT_EXCEEDED", "FORBIDDEN", "A limit is reached", detail);

    public static ApiProblem NotFound(string detail) => Of(404, "NOT_FOUND", "NOT_FOUND", "Not found", detail);

    public static ApiProblem Conflict(string detail) => Of(409, "CONFLICT", "CONFLICT", "Not possible now", detail);

    public static ApiProblem RateLimited(string detail) => Of(429, "RATE_LIMITED", "FORBIDDEN", "Too many requests", detail);

    public static ApiProblem InternalError() =>
        Of(
            500,
            "INTERNAL_ERROR",
            "INTERNAL_ERROR",
            "Something went wrong",
            "BackupApp could not answer this request. The reason is in its log.");

    public static ApiProblem NotImplemented(string detail) => Of(501, "NOT_IMPLEMENTED", "INTERNAL_ERROR", "Not implemented", detail);

    public static ApiProblem ServiceUnavailable(string detail) =>
        Of(503, "SERVICE_UNAVAILABLE", "INTERNAL_ERROR", "Not available now", detail);

    /// <summary>For a status that the framework set without a body.</summary>
    public static ApiProblem ForStatus(int status) => status switch
    {
        401 => InvalidToken("Send an API token: Authorization: Bearer <token>."),
        403 => Forbidden("The role of this token or session does not include this."),
        404 => NotFound("There is nothing at this address."),
        405 => InvalidPayload("This address does not know the method.", status),
        413 => InvalidPayload("The body is too large.", status),
        415 => InvalidPayload("The body must be JSON, with Content-Type: application/json.", status),
        501 => NotImplemented("This does not exist yet."),
        503 => ServiceUnavailable("BackupApp cannot reach something that it needs. Try again in a moment."),
        >= 500 => InternalError() with { Status = status },
        _ => InvalidPayload("The request is not valid.", status),
    };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        var body = this with { TraceId = Activity.Current?.TraceId.ToString() ?? httpContext.TraceIdentifier };
        return httpContext.Response.WriteAsJsonAsync(body, Json, ContentType, httpContext.RequestAborted);
    }

    private static ApiProblem Of(int status, string code, string type, string title, string detail) =>
        new() { Type = type, Title = title, Status = status, Detail = detail, Code = code };
}
