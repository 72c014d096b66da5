using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Policies;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Policies;

/// <summary>Policies of a real process, and what its database says of them.</summary>
internal static class AttachedPolicies
{
    /// <summary>Adds a source of its own and a policy, and attaches the two.</summary>
    public static async Task<Guid> AttachAsync(
        this JobBench bench, AppClient client, AppSettings settings, string name, string cron, int? port = null)
    {
        var source = await bench.AddSourceAsync(
            port is null ? await bench.Postgres.CreateDatabaseAsync() : await bench.NoiseAsync(),
            port,
            client);
        var (location, html) = await client.SubmitAsync("/Policies/Create", "", Form(name, cron, []));
        Assert.True(location is not null, html);
        await using var db = JobBench.Database(settings);
        var policy = await db.Set<BackupPolicy>().SingleAsync(p => p.Name == name, TestContext.Current.CancellationToken);
        await client.SubmitAsync($"/DataSources/{source}", "/Policies?handler=Attach", new() { ["PolicyId"] = policy.Id.ToString() });
        return (await db.Set<PolicyAttachment>().SingleAsync(a => a.PolicyId == policy.Id, TestContext.Current.CancellationToken)).Id;
    }

    public static Dictionary<string, string> Form(string name, string cron, Dictionary<string, string> more) => new(more)
    {
        ["Input.Name"] = name,
        ["Input.Cron"] = cron,
        ["Input.RunOnceAfterDowntime"] = "false",
        ["Input.TimeZone"] = "UTC",
        ["Input.KeepDays"] = "0",
        ["Input.KeepLast"] = "0",
        ["Input.DestinationId"] = BackupApp.Destinations.StorageDestination.ManagedId.ToString(),
        ["Input.CompressionLevel"] = "6",
    };

    public static async Task<PolicyAttachment> AttachmentAsync(AppSettings settings, Guid id)
    {
        await using var db = JobBench.Database(settings);
        return await db.Set<PolicyAttachment>().AsNoTracking().SingleAsync(a => a.Id == id, TestContext.Current.CancellationToken);
    }

    public static async Task<List<BackupJob>> ScheduledAsync(AppSettings settings)
    {
        await using var db = JobBench.Database(settings);
        return await db.Set<BackupJob>()
            .AsNoTracking()
            .Where(j => j.Trigger == BackupTrigger.Schedule)
            .ToListAsync(TestContext.Current.CancellationToken);
    }

    public static async Task<List<AuditEntry>> AuditAsync(AppSettings settings, string action)
    {
        await using var db = JobBench.Database(settings);
        return await db.Set<AuditEntry>().AsNoTracking().Where(e => e.Action == action).ToListAsync(TestContext.Current.CancellationToken);
    }

    public static async Task ExecuteAsync(AppSettings settings, FormattableString sql)
    {
        await using var db = JobBench.Database(settings);
        await db.Database.ExecuteSqlAsync(sql, TestContext.Current.CancellationToken);
    }
}
