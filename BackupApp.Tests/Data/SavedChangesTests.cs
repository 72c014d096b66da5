using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Errors;
using BackupApp.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackupApp.Tests.Data;

public sealed class SavedChangesTests
{
    [Fact]
    public async Task A_name_that_is_taken_is_told_to_who_gave_it_and_is_no_failure_of_the_application()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var log = new LogLines();
        var services = new ServiceCollection().AddLogging(l => l.AddProvider(log).SetMinimumLevel(LogLevel.Warning));
        services.AddData(database.ConnectionString, new DataDirectory("/nowhere"));
        await using var provider = services.BuildServiceProvider();
        async Task SaveAsync()
        {
            await using var scope = provider.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
            db.Add(StorageDestination.CreateManaged("same", null, DateTimeOffset.UnixEpoch));
            await db.SaveNamedAsync("destination", "same", TestContext.Current.CancellationToken);
        }

        await SaveAsync();

        await Assert.ThrowsAsync<InvalidInputException>(SaveAsync);

        Assert.Empty(log.Lines);
    }
}
