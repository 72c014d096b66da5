using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace BackupApp.Tests.Support;

/// <summary>Changes what the app has stored encrypted, with the app's own key.</summary>
public static class StoredSecrets
{
    public static async Task<SecretBox> OpenAsync(AppSettings app)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["BackupApp:MasterKey"] = app.MasterKey })
            .Build();
        var box = new SecretBox();
        await using var db = JobBench.Database(app);
        await box.OpenAsync(
            db,
            MasterKey.Load(configuration, new DataDirectory(app.DataDirectory), embedded: false),
            TimeProvider.System,
            TestContext.Current.CancellationToken);
        return box;
    }

    /// <summary>As when somebody revokes them at the store.</summary>
    public static async Task SpoilKeysAsync(AppSettings app, Guid destinationId)
    {
        var box = await OpenAsync(app);
        await using var db = JobBench.Database(app);
        var destination = await db.Set<StorageDestination>().SingleAsync(d => d.Id == destinationId);
        destination.SetKeys(
            destination.DecryptKeys(box)! with { SecretAccessKey = "not the secret any more" },
            box,
            TimeProvider.System.GetUtcNow());
        await db.SaveChangesAsync();
    }
}
