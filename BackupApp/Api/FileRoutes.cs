using System.Text;
using BackupApp.Destinations;
using BackupApp.Restores;
using BackupApp.Stored;
using Microsoft.Net.Http.Headers;

namespace BackupApp.Api;

/// <summary>
/// Serves backups of the managed folder, and logs of restores. The link is the proof: it is signed, short-lived and needs no sign-in,
/// like a bucket's own.
/// </summary>
public static class FileRoutes
{
    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/files/{token}/{name}", [HttpMethods.Get, HttpMethods.Head], ServeAsync).AllowAnonymous();
        routes.MapGet("/files/restore-logs/{token}", ServeLogAsync).AllowAnonymous();
    }

    private static async Task<IResult> ServeLogAsync(string token, RestoreLogs logs, CancellationToken cancellationToken) =>
        await logs.OpenAsync(token, cancellationToken) is { } log
            ? Results.File(Encoding.UTF8.GetBytes(log.Text), RestoreLog.ContentType, log.FileName)
            : Results.Problem(
                "This link is not valid or has expired. Make a new one on the restore's page.", statusCode: StatusCodes.Status403Forbidden);

    private static async Task<IResult> ServeAsync(
        string token, HttpRequest request, DownloadLinks links, CancellationToken cancellationToken)
    {
        try
        {
            return await links.OpenAsync(token, isRead: !HttpMethods.IsHead(request.Method), cancellationToken) is { } file
                ? Send(file)
                : Results.Problem(
                    "This download link is not valid or has expired. Make a new one on the backup's page.",
                    statusCode: StatusCodes.Status403Forbidden);
        }
        catch (StoreException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status404NotFound);
        }
    }

    // With a tag and a time a browser goes on after a break, and knows that it is the same file.
    private static IResult Send(DownloadedFile file) => Results.Stream(
        file.Content,
        file.ContentType,
        file.FileName,
        file.StoredAt,
        file.Sha256 is { } hash ? new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(hash)}\"") : null,
        enableRangeProcessing: true);
}
