using BackupApp.Restores;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Restores;

/// <summary>The wizard and a restore's page, as a person uses them.</summary>
internal static class RestoreForms
{
    /// <summary>Starts a restore of a source's newest backup.</summary>
    /// <param name="where">A word of the wizard.</param>
    /// <param name="fields">More of its form, without their prefix.</param>
    public static async Task<Guid> RestoreAsync(
        this AppClient client, Guid source, Guid artifact, string where, Dictionary<string, string> fields)
    {
        var (location, html) = await client.SubmitAsync($"/Restores/Create?source={source}", "", Form(artifact, where, fields));
        return location?.Split('/') is [.., var last] && Guid.TryParse(last.Split('?')[0], out var id)
            ? id
            : throw new InvalidOperationException($"The restore was not started: {html}");
    }

    /// <summary>Looks at a target.</summary>
    /// <returns>The page with what was found.</returns>
    public static async Task<string> CheckAsync(
        this AppClient client, Guid source, Guid artifact, string where, Dictionary<string, string> fields) =>
        (await client.SubmitAsync($"/Restores/Create?source={source}", "&handler=Check", Form(artifact, where, fields))).Html;

    public static async Task<RestoreJob> RestoredAsync(AppSettings settings, Guid id, int seconds = 120)
    {
        RestoreJob? job = null;
        await Until.TrueAsync(
            async () => !(job = await ReadAsync(settings, id)).IsActive, () =>
                $"the restore is over: {job?.Status} {job?.Phase} {job?.ToolLog}", seconds);
        return job!;
    }

    public static async Task<RestoreJob> ReadAsync(AppSettings settings, Guid id)
    {
        await using var db = JobBench.Database(settings);
        return await db.Set<RestoreJob>().AsNoTracking().SingleAsync(j => j.Id == id);
    }

    private static Dictionary<string, string> Form(Guid artifact, string where, Dictionary<string, string> fields) =>
        fields.ToDictionary(field => $"Input.{field.Key}", field => field.Value)
            .Concat([new("Input.What", artifact.ToString()), new("Input.Where", where)]).ToDictionary();
}
