namespace BackupApp.Api;

/// <summary>How the endpoints describe themselves.</summary>
internal static class Operations
{
    /// <param name="id">The contract's operationId where it has one.</param>
    /// <param name="summary">A few words.</param>
    /// <param name="description">What a caller has to know.</param>
    /// <param name="errors">Status codes beyond those that any request can meet (400, 401, 403, 429, 500).</param>
    public static RouteHandlerBuilder Describe(
        this RouteHandlerBuilder route, string id, string summary, string description, params int[] errors)
    {
        route.WithName(id).WithSummary(summary).WithDescription(description);
        foreach (var status in errors.Concat([400, 401, 403, 429, 500]))
            route.WithMetadata(new ErrorMetadata(status));
        return route;
    }
}

/// <summary>For the description of the API: the endpoint can answer with this error.</summary>
internal sealed record ErrorMetadata(int Status);
