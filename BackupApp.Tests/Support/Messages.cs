using BackupApp.Backups;
using BackupApp.Data;
using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Hangfire.States;

namespace BackupApp.Tests.Support;

/// <summary>Delivers a job again, as Hangfire does when it believes that a worker died.</summary>
public static class Messages
{
    public static void Send(AppSettings app, Guid job, int times = 1)
    {
        GlobalConfiguration.Configuration.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings();
        var options = new PostgreSqlStorageOptions { SchemaName = DatabaseStartup.HangfireSchema, PrepareSchemaIfNecessary = false, EnableLongPolling = true };
        var storage = new PostgreSqlStorage(new NpgsqlConnectionFactory(app.ConnectionString, options), options);
        var client = new BackgroundJobClient(storage);
        for (var i = 0; i < times; i++)
            client.Create<BackupWorker>(worker => worker.RunAsync(job), new EnqueuedState(BackupWorker.Queue));
    }
}
