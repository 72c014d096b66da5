using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Engines;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Api;

/// <summary>What a backup stored, and how it is restored by hand.</summary>
internal static class ArtifactRoutes
{
    public static void MapArtifacts(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/datasources/{datasourceId}/backups/{jobId}").WithTags("Backups");
        group.MapDownloadLinks();
        group.MapGet("/artifacts", ListAsync).Produces<ArtifactResponse[]>()
            .Describe("listArtifacts", "List the stored objects of a backup", "One for each database.", 404);
        group.MapGet("/restore-script", ScriptAsync).Produces<string>(StatusCodes.Status200OK, "text/plain")
            .Describe(
                "getRestoreScript",
                "Get the script that restores all of it",
                "Of a whole server: a bash script to run beside the downloaded objects. 404 where one command is enough.",
                404);
    }

    private static async Task<IResult> ScriptAsync(
        Guid datasourceId, Guid jobId, AppDbContext db, EngineCatalog engines, CancellationToken cancellationToken)
    {
        await BackupActionRoutes.RequireAsync(db, datasourceId, jobId, cancellationToken);
        var job = await db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts).SingleAsync(j => j.Id == jobId, cancellationToken);
        var script = job.HasBackup ? RunScript.Of(job, engines.Of(job.Engine)) : null;
        return script is null ? throw new NotFoundException("restore script") : Results.Text(script, RunScript.ContentType);
    }

    private static async Task<IReadOnlyList<ArtifactResponse>> ListAsync(
        Guid datasourceId, Guid jobId, AppDbContext db, EngineCatalog engines, CancellationToken cancellationToken)
    {
        await BackupActionRoutes.RequireAsync(db, datasourceId, jobId, cancellationToken);
        var artifacts = await db.Set<BackupArtifact>()
            .AsNoTracking()
            .Where(a => a.JobId == jobId)
            .OrderBy(a => a.Position)
            .ThenBy(a => a.Id)
            .ToListAsync(cancellationToken);
        var engine = engines.Of(await db.Set<BackupJob>().Where(j => j.Id == jobId).Select(j => j.Engine).SingleAsync(cancellationToken));
        return [.. artifacts.Select(a => new ArtifactResponse(
            a.Id,
            a.Kind,
            a.Status,
            a.Database,
            a.FileName,
            a.Copy.Bucket,
            a.Copy.Key,
            a.Copy.VersionId,
            a.Size,
            a.Sha256 is null ? null : Convert.ToHexStringLower(a.Sha256),
            a.Copy.StoredAt,
            a.ErrorSummary,
            a.Copy.StoredAt is null ? [] : Steps(engine, a),
            a.Notes))];
    }

    private static RestoreStepResponse[] Steps(IEngine engine, BackupArtifact artifact) =>
    [
        .. engine.RestoreSteps(artifact.File, artifact.Target, artifact.Traits)
            .Select(s => new RestoreStepResponse(s.Purpose, s.Command, s.Does)),
    ];
}
