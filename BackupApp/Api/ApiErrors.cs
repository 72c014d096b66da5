using BackupApp.Api.Requests;
using BackupApp.Errors;

namespace BackupApp.Api;

/// <summary>
/// Turns what goes wrong below <c>/api/v1</c> into problem+json. Nothing that a caller sends may look like a fault of the server.
/// </summary>
internal sealed partial class ApiErrors(RequestDelegate next, ILogger<ApiErrors> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            if (WrongId(context) is { } name)
                throw new InvalidRequestException(name, JsonScalar.Expected(typeof(Guid)));
            if (context.Request.Query.Count > 0
                && context.GetEndpoint()?.Metadata is { } metadata
                && metadata.GetMetadata<QueryMetadata>() is null)
                throw new InvalidRequestException(context.Request.Query.Keys.ToDictionary(key => key, _ => "There is no such parameter."));
            await next(context);
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            var problem = ToProblem(e);
            if (problem.Status >= 500)
                LogFailed(e, context.Request.Method, context.GetEndpoint()?.DisplayName);
            context.Response.Clear();
            await problem.ExecuteAsync(context);
        }
    }

    // All ids of ours are UUIDs: one of another kind is said to be so, before anything looks for it.
    private static string? WrongId(HttpContext context) =>
        context.Request.RouteValues.FirstOrDefault(value =>
                value.Key.EndsWith("id", StringComparison.OrdinalIgnoreCase) && !Guid.TryParse(value.Value?.ToString(), out _))
            .Key;

    private static ApiProblem ToProblem(Exception exception) => exception switch
    {
        InvalidRequestException e => ApiProblem.InvalidInput(e.Problems),
        InvalidInputException e => ApiProblem.InvalidInput(FieldNames.None.Translate(e.Problems)),
        BadHttpRequestException e => ApiProblem.InvalidPayload(
            e.StatusCode == StatusCodes.Status413PayloadTooLarge ? "The body is larger than 1 MiB." : e.Message,
            e.StatusCode),
        NotFoundException e => ApiProblem.NotFound(e.Message),
        ConflictException e => ApiProblem.Conflict(e.Message),
        PreconditionFailedException e => ApiProblem.Conflict(e.Message) with
        {
            Status = StatusCodes.Status412PreconditionFailed,
            Title = "Changed since",
        },
        _ when Unreachable.Is(exception) => ApiProblem.ForStatus(StatusCodes.Status503ServiceUnavailable),
        _ => ApiProblem.InternalError(),
    };

    [LoggerMessage(LogLevel.Error, "{Method} {Endpoint} failed")]
    private partial void LogFailed(Exception exception, string method, string? endpoint);
}
