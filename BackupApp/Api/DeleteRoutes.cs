using System.ComponentModel.DataAnnotations;
using BackupApp.Api.Requests;
using BackupApp.Data;
using BackupApp.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Api;

/// <summary>Deleting what others refer to.</summary>
internal static class DeleteRoutes
{
    public static void MapDeletions(this RouteGroupBuilder api)
    {
        api.MapDelete("/datasources/{id}", DeleteDataSourceAsync).WithTags("Data sources").Produces<DeleteDataSourceResponse>().Describe(
            "deleteDatasource", "Delete a data source",
            "`confirmation` must equal its name. Its secrets are destroyed, its policies detached, "
            + "and what is queued or running is canceled. Its backups stay until somebody deletes them.",
            404, 409);
        api.MapDelete("/storage-destinations/{id}", DeleteDestinationAsync).WithTags("Storage destinations").Produces(204).Describe(
            "deleteStorageDestination", "Delete an added bucket",
            "Refused while a policy, a job or a stored backup needs it. Its keys are destroyed; the bucket itself is left alone. "
            + "`forgetBackups` deletes it although backups are stored there, if there are no more than that.",
            404, 409);
    }

    private static async Task<DeleteDataSourceResponse> DeleteDataSourceAsync(
        Guid id, Body<DeleteDataSourceRequest> body, AppDbContext db, DeleteDataSource delete, CancellationToken cancellationToken)
    {
        var source = await DataSourceRoutes.FindAsync(db, id, cancellationToken);
        if (body.Value.Confirmation != source.Name)
            throw new InvalidRequestException("confirmation", "Must equal the name of the data source.");
        var attached = await db.Set<PolicyAttachment>().CountAsync(a => a.DataSourceId == id, cancellationToken);
        await delete.RunAsync(id, cancellationToken);
        return new DeleteDataSourceResponse(1 + attached, 0);
    }

    private static async Task<IResult> DeleteDestinationAsync(
        Guid id, FromQuery<ForgetQuery> query, DeleteDestination delete, CancellationToken cancellationToken)
    {
        await delete.RunAsync(id, query.Value.ForgetBackups ?? 0, cancellationToken);
        return TypedResults.NoContent();
    }

    internal sealed class ForgetQuery
    {
        /// <summary>
        /// So many stored backups at most are forgotten: they can then be neither downloaded nor
        /// deleted, and nothing in the bucket is touched.
        /// </summary>
        [Range(1, int.MaxValue)]
        public int? ForgetBackups { get; init; }
    }
}
