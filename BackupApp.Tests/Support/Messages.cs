using System.Globalization;
using System.Linq.Expressions;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Hosting;
using Hangfire;
using Hangfire.Common;
using Hangfire.Logging;
using Hangfire.States;
using Hangfire.Storage;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Support;

/// <summary>Delivers a job again, as Hangfire does when it believes that a worker died.</summary>
public static class Messages
{
    public static void Send(AppSettings app, Guid job, int times = 1)
    {
        var client = Client(app);
        for (var i = 0; i < times; i++)
            client.Create<BackupWorker>(worker => worker.RunAsync(job), new EnqueuedState(BackupQueue.Names[0]));
    }

    /// <summary>Has a worker do its round now.</summary>
    public static void Run<T>(AppSettings app, Expression<Func<T, Task>> round) =>
        Client(app).Create(round, new EnqueuedState(BackupQueue.Control));

    /// <summary>Has a worker do its round now, and waits until it has done it well.</summary>
    public static Task RunToEndAsync<T>(AppSettings app, Expression<Func<T, Task>> round)
    {
        var id = long.Parse(Client(app).Create(round, new EnqueuedState(BackupQueue.Control)), CultureInfo.InvariantCulture);
        return Until.TrueAsync(
            async () =>
            {
                await using var db = JobBench.Database(app);
                return await db.Database.SqlQuery<string?>($"select statename as \"Value\" from hangfire.job where id = {id}")
                        .SingleAsync() == SucceededState.StateName;
            },
            "the round is over",
            seconds: 60);
    }

    /// <summary>What Hangfire does by the clock.</summary>
    public static List<RecurringJobDto> Recurring(AppSettings app)
    {
        using var connection = Storage(app).GetConnection();
        return connection.GetRecurringJobs();
    }

    /// <summary>Puts what is done by the clock into another queue.</summary>
    public static void Requeue(AppSettings app, RecurringJobDto recurring, string queue)
    {
        var job = new Job(recurring.Job.Type, recurring.Job.Method, recurring.Job.Args.ToArray(), queue);
        new RecurringJobManager(Storage(app)).AddOrUpdate(recurring.Id, job, recurring.Cron, new RecurringJobOptions());
    }

    /// <summary>Of an application that is not there: its tables, in a database of their own.</summary>
    public static async Task<JobStorage> StorageAsync(TestPostgres postgres) =>
        Storage(new AppSettings(postgres.ConnectionString(await postgres.CreateMigratedDatabaseAsync("messages")), Path.GetTempPath()));

    private static BackgroundJobClient Client(AppSettings app) => new(Storage(app));

    private static QueueStorage Storage(AppSettings app)
    {
        GlobalConfiguration.Configuration.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings();
        // It tells the workers, who listen.
        var options = QueueTables.Options();
        options.EnableLongPolling = true;
        return QueueTables.Open(app.ConnectionString, options);
    }
}
