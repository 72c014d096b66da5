using BackupApp.Backups;
using BackupApp.Destinations;
using BackupApp.Stored;

namespace BackupApp.Api;

/// <summary>Serves backups of the managed folder. The link is the proof: it is signed, short-lived and needs no sign-in, like a bucket's own.</summary>
public static class FileRoutes
{
    public static void MapFiles(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/files/{token}/{name}", [HttpMethods.Get, HttpMethods.Head], ServeAsync).AllowAnonymous();

    private static async Task<IResult> ServeAsync(string token, DownloadLinks links, CancellationToken cancellationToken)
    {
        try
        {
            return await links.OpenAsync(token, cancellationToken) is { } file
                ? Results.Stream(file.Content, ObjectNames.ContentType(file.FileName), file.FileName, enableRangeProcessing: true)
                : Results.Problem("This download link is not valid or has expired. Make a new one on the backup's page.", statusCode: StatusCodes.Status403Forbidden);
        }
        catch (StoreException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status404NotFound);
        }
    }
}
