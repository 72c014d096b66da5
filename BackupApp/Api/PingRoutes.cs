using BackupApp.Api.Requests;
using BackupApp.Errors;
using BackupApp.Pings;

namespace BackupApp.Api;

/// <summary><c>/notifications/ping</c>: the monitor outside that is told how the whole installation is.</summary>
internal static class PingRoutes
{
    public static void MapPings(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/notifications").WithTags("Notifications");
        group.MapGet("/ping", GetAsync).Produces<InstallationPingResponse>()
            .Describe("getPing", "Get the installation's ping", "Which monitor is told, and what it answered last.", 404);
        group.MapPut("/ping", PutAsync).Produces<InstallationPingResponse>()
            .Describe(
                "putPing", "Set the installation's ping",
                "The monitor is called every five minutes: success while the watch is alive and no source is unprotected, damaged or "
                + "overdue, else failure. It raises its own alarm when nothing comes.",
                409);
        group.MapDelete("/ping", DeleteAsync).Produces(204)
            .Describe("deletePing", "Remove the installation's ping", "Nobody is called any more.", 404, 409);
    }

    private static async Task<InstallationPingResponse> GetAsync(PingTargets pings, CancellationToken cancellationToken) =>
        InstallationPingResponse.Of(
            await pings.FindAsync(PingTarget.InstallationId, cancellationToken) ?? throw new NotFoundException("ping"));

    private static async Task<InstallationPingResponse> PutAsync(
        JsonBody<InstallationPingRequest> body, PingTargets pings, CancellationToken cancellationToken)
    {
        var request = body.Value;
        await FieldNames.None.NameAsync(async () =>
        {
            await pings.SetInstallationAsync(new PingInput { Url = request.Url, Style = request.Style }, cancellationToken);
            return true;
        });
        return await GetAsync(pings, cancellationToken);
    }

    private static async Task<IResult> DeleteAsync(PingTargets pings, CancellationToken cancellationToken)
    {
        await pings.RemoveInstallationAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
