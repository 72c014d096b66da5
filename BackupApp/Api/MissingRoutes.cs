using BackupApp.Errors;

namespace BackupApp.Api;

/// <summary>
/// What the published contract has and BackupApp does not have yet: a clear 501 instead of a 404 that looks like a mistyped address.
/// </summary>
internal static class MissingRoutes
{
    private static readonly (string Method, string Path, string Summary)[] Routes =
    [
        ("GET", "/datasources/{datasourceId}/restore-check-history", "Read the history of restore checks"),
        ("GET", "/datasources/{datasourceId}/restore-check", "Get the restore check"),
        ("PUT", "/datasources/{datasourceId}/restore-check", "Set the restore check"),
        ("POST", "/datasources/{datasourceId}/backups/{jobId}/verify", "Restore a backup to verify it"),
    ];

    public static void MapMissing(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("").WithTags("Not offered yet");
        foreach (var (method, path, summary) in Routes)
        {
            group.MapMethods(path, [method], () => ApiProblem.NotImplemented("BackupApp does not offer this yet."))
                .WithSummary(summary)
                .WithDescription("Answers 501 `NOT_IMPLEMENTED`.")
                .WithMetadata(new ErrorMetadata(501), new ErrorMetadata(401), new ErrorMetadata(403), new ErrorMetadata(429));
        }
    }
}
