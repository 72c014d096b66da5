using BackupApp.Data;
using BackupApp.Restores;
using BackupApp.Tests.Accounts;
using Hangfire;
using Hangfire.States;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Hosting;

/// <summary>What Hangfire holds in statics is not what an application works with.</summary>
public sealed class HangfireSetupTests
{
    [Fact]
    public async Task An_application_sends_to_its_own_workers_after_another_in_the_same_process_has_ended()
    {
        await using var app = await WholeApp.StartAsync();
        await using (await WholeApp.StartAsync())
        {
            // Started last: Hangfire's statics are its own.
        }

        var id = app.Services.GetRequiredService<IBackgroundJobClient>()
            .Create<RestoreWorker>(worker => worker.RunAsync(Guid.Empty), new EnqueuedState(RestoreOptions.Queue));

        await using var scope = app.Services.CreateAsyncScope();
        var sent = await scope.ServiceProvider.GetRequiredService<AppDbContext>().Database
            .SqlQuery<string>($"SELECT queue AS \"Value\" FROM hangfire.jobqueue WHERE jobid::text = {id}")
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([RestoreOptions.Queue], sent);
    }
}
