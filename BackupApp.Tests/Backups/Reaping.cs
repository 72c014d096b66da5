using BackupApp.Backups;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Backups;

/// <summary>Apps in which a worker that is silent for a few seconds counts as gone.</summary>
internal static class Reaping
{
    private const string Timeout = "BackupApp__Backups__HeartbeatTimeout";

    private static readonly Dictionary<string, string> Impatient = new()
    {
        ["BackupApp__Backups__HeartbeatInterval"] = "00:00:00.200",
        [Timeout] = "00:00:04",
        ["BackupApp__Backups__ReaperInterval"] = "1",
        ["BackupApp__Backups__OrphanLook"] = "00:00:01",
    };

    /// <summary>
    /// The same for an app whose own workers are well: where everything stands still for a while, it must not take them for gone.
    /// </summary>
    public static AppSettings Patient(this AppSettings settings) =>
        settings with { Variables = settings.Variables.Where(v => v.Key != Timeout).ToDictionary() };

    public static async Task<AppSettings> SettingsAsync(JobBench bench) => (await bench.SettingsAsync()) with { Variables = Impatient };

    public static async Task<BackupJob> EndedAsync(AppSettings settings, Guid job)
    {
        // What the other process holds in a transaction, of Hangfire's or ours, it holds for a minute; then the next round has to come.
        await Until.TrueAsync(async () => !(await JobBench.JobAsync(settings, job)).IsActive, "the job ended", seconds: 420);
        return await JobBench.JobAsync(settings, job);
    }
}
