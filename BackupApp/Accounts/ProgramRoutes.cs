namespace BackupApp.Accounts;

/// <summary>
/// Addresses for programs: an API token opens them, an error there is problem+json, and nobody is
/// sent to a form to sign in. <c>/api</c> itself is a page.
/// </summary>
public static class ProgramRoutes
{
    private static readonly PathString Api = "/api";
    private static readonly PathString[] Others = ["/openapi", "/metrics", "/health"];

    public static bool Contain(PathString path) => IsApi(path) || Others.Any(p => path.StartsWithSegments(p));

    /// <summary>Below <c>/api</c>: writes need a token, or the session's cookie with the antiforgery token; requests are counted.</summary>
    public static bool IsApi(PathString path) => path.StartsWithSegments(Api, out var rest) && rest.Value is not (null or "" or "/");
}
