using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Errors;
using BackupApp.Network;
using BackupApp.Runs;
using BackupApp.Stored;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Api;

/// <summary>Links to what a backup stored.</summary>
internal static class DownloadLinkRoutes
{
    private const string LinkWords =
        "Works for 15 minutes, without a token. A link that cannot be had is a 200 with `ok: false` and an error code: "
        + "not_succeeded, missing_artifact, several_artifacts, deleted, presign_failed.";

    public static void MapDownloadLinks(this RouteGroupBuilder backup)
    {
        backup.MapPost("/download-link", LinkAsync).Produces<DownloadLinkResponse>()
            .Describe("generateBackupDownloadLink", "Get a download link", LinkWords, 404);
        backup.MapPost("/artifacts/{artifactId}/download-link", ArtifactLinkAsync).Produces<DownloadLinkResponse>()
            .Describe("generateArtifactDownloadLink", "Get a download link to one object", LinkWords, 404);
    }

    private static Task<DownloadLinkResponse> LinkAsync(
        Guid datasourceId,
        Guid jobId,
        AppDbContext db,
        DownloadLinks links,
        IOptions<PublicAddress> address,
        HttpContext context,
        CancellationToken cancellationToken) =>
        MakeAsync(datasourceId, jobId, null, db, links, address.Value, context.Request, cancellationToken);

    private static async Task<DownloadLinkResponse> MakeAsync(
        Guid datasourceId,
        Guid jobId,
        Guid? artifactId,
        AppDbContext db,
        DownloadLinks links,
        PublicAddress address,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        await BackupActionRoutes.RequireAsync(db, datasourceId, jobId, cancellationToken);
        var job = await db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts).SingleAsync(j => j.Id == jobId, cancellationToken);
        if (Refusal(job, artifactId) is { } refusal)
            return refusal;
        try
        {
            var link = await links.CreateAsync(jobId, artifactId, cancellationToken);
            return new DownloadLinkResponse(true, Absolute(link.Url, address, request), link.ExpiresAt, link.FileName, link.Size);
        }
        catch (StoreException e)
        {
            return Refused("presign_failed", e.Message);
        }
        catch (ConflictException e)
        {
            return Refused("deleted", e.Message);
        }
    }

    private static async Task<DownloadLinkResponse> ArtifactLinkAsync(
        Guid datasourceId,
        Guid jobId,
        Guid artifactId,
        AppDbContext db,
        DownloadLinks links,
        IOptions<PublicAddress> address,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        if (!await db.Set<BackupArtifact>().AnyAsync(a => a.Id == artifactId && a.JobId == jobId, cancellationToken))
            throw new NotFoundException("stored object");
        return await MakeAsync(datasourceId, jobId, artifactId, db, links, address.Value, context.Request, cancellationToken);
    }

    private static DownloadLinkResponse? Refusal(BackupJob job, Guid? artifactId) => job switch
    {
        { Status: not (RunStatus.Success or RunStatus.Partial) } => Refused(
            "not_succeeded",
            job.IsActive ? "This backup has not ended yet." : "This backup did not succeed."),
        { DeletionMarkedAt: not null } => Refused("deleted", "This backup was deleted."),
        _ when !job.Artifacts.Exists(a => a.Copy.StoredAt is not null && (artifactId is null || a.Id == artifactId)) => Refused(
            "missing_artifact",
            "This job stored no such object."),
        _ when artifactId is null && job.Artifacts.Count(a => a.Copy.StoredAt is not null) > 1 => Refused(
            "several_artifacts",
            "This backup has several objects. Ask for a link to one of them: POST …/artifacts/{artifactId}/download-link."),
        _ => null,
    };

    private static DownloadLinkResponse Refused(string code, string message) => new(false, ErrorCode: code, ErrorMessage: message);

    // Relative where this server serves the file: then the address is the one that the caller used, or the one that people use.
    private static string Absolute(Uri link, PublicAddress address, HttpRequest request) =>
        link.IsAbsoluteUri ? link.AbsoluteUri : address.LinkTo(request, link.OriginalString);
}
