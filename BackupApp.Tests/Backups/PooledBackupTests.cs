using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Errors;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace BackupApp.Tests.Backups;

/// <summary>A backup does not touch a pool that others share, unless its data source says so.</summary>
[Collection(nameof(RunsOfOneApp))]
public sealed class PooledBackupTests(JobBench bench)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_through_a_shared_pool_is_refused_and_its_other_clients_go_on()
    {
        await bench.RequireAsync();
        var database = await bench.Postgres.CreateDatabaseAsync("pooled", "CREATE TABLE orders AS SELECT 1 AS n");
        await using var pooler = await TestPooler.StartAsync(
            bench.Postgres.Port, bench.Postgres.Superuser, bench.Postgres.SuperuserPassword, size: 1);
        Assert.Equal(1L, await AskAsApplicationAsync(pooler, database));
        var source = await AddAsync(pooler, database, []);

        var id = await bench.Client.RunNowAsync(source);
        await bench.Client.FinishedAsync(id);

        var job = await bench.JobAsync(id);
        Assert.Equal((RunStatus.Failed, RunStage.Connect, "transaction_pooler"), (job.Status, job.ErrorStage, job.ErrorCode));
        Assert.Contains("Give the server's own port", job.ErrorSummary, StringComparison.Ordinal);
        Assert.Equal(1L, await AskAsApplicationAsync(pooler, database));
        Assert.Contains("Transaction pooler", await bench.Client.GetAsync("/DataSources"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_allows_it_is_backed_up_and_told_what_was_harmed()
    {
        await bench.RequireAsync();
        var database = await bench.Postgres.CreateDatabaseAsync("pooled", "CREATE TABLE orders AS SELECT 1 AS n");
        await using var pooler = await TestPooler.StartAsync(
            bench.Postgres.Port, bench.Postgres.Superuser, bench.Postgres.SuperuserPassword, size: 1);
        var source = await AddAsync(pooler, database, new() { ["AllowSharedConnections"] = "true" });

        var id = await bench.Client.RunNowAsync(source);
        var status = await bench.Client.FinishedAsync(id);

        Assert.True(status.Status == "success", status.ErrorSummary);
        Assert.Contains("whose own queries fail afterwards", (await bench.JobAsync(id)).Warning, StringComparison.Ordinal);
        var settings = await bench.Client.GetAsync($"/DataSources/{source}/Settings");
        Assert.Contains("can break the application", settings, StringComparison.Ordinal);
        await using var db = bench.Database();
        var created = await db.Set<AuditEntry>()
            .SingleAsync(e => e.Action == AuditActions.DataSourceCreated && e.TargetId == source, Cancel);
        Assert.Contains("\"allowSharedConnections\": true", created.Metadata, StringComparison.Ordinal);
    }

    private Task<Guid> AddAsync(TestPooler pooler, string database, Dictionary<string, string> selection) => bench.Client.AddSourceAsync(
        $"pooled {Guid.NewGuid():N}",
        "127.0.0.1",
        pooler.Port,
        database,
        bench.Postgres.Superuser,
        bench.Postgres.SuperuserPassword,
        selection);

    private async Task<long> AskAsApplicationAsync(TestPooler pooler, string database)
    {
        var settings = new NpgsqlConnectionStringBuilder(bench.Postgres.ConnectionString(database))
        {
            Port = pooler.Port,
            NoResetOnClose = true,
        };
        await using var source = NpgsqlDataSource.Create(settings.ConnectionString);
        await using var command = source.CreateCommand("SELECT count(*) FROM orders");
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }
}
