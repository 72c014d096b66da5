using BackupApp.Hosting;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Hangfire;
using Hangfire.Common;
using Hangfire.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Hosting;

public sealed class RecurringWorkTests : IAsyncDisposable
{
    private readonly TestPostgres _postgres = TestPostgres.Require();

    [Fact]
    public async Task What_a_clock_that_was_ahead_put_off_for_a_year_is_due_again()
    {
        var storage = await Messages.StorageAsync(_postgres);
        await RegisterAsync(storage);
        using (var connection = storage.GetConnection())
        {
            connection.SetRangeInHash(
                $"recurring-job:{ReaperWorker.Id}",
                [new("NextExecution", JobHelper.SerializeDateTime(DateTime.UtcNow.AddYears(1)))]);
        }

        Assert.True(Next(storage) > DateTime.UtcNow.AddDays(300));
        await RegisterAsync(storage);

        Assert.InRange(Next(storage)!.Value, DateTime.UtcNow.AddHours(-1), DateTime.UtcNow.AddHours(1));
    }

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();

    private static async Task RegisterAsync(JobStorage storage)
    {
        using var work = new RecurringWork(
            new RecurringJobManager(storage), storage, Options.Create(new RunOptions()), TimeProvider.System,
            NullLogger<RecurringWork>.Instance);
        await work.StartAsync(TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => Next(storage) < DateTime.UtcNow.AddDays(1), "the reaper is registered", seconds: 60);
        await work.StopAsync(TestContext.Current.CancellationToken);
    }

    private static DateTime? Next(JobStorage storage)
    {
        using var connection = storage.GetConnection();
        return connection.GetRecurringJobs([ReaperWorker.Id]).Single().NextExecution;
    }
}
