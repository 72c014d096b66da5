using BackupApp.Errors;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Backups;

/// <summary>A backup that goes wrong in its middle says where and why, and leaves nothing behind.</summary>
[Collection(nameof(RunsOfOneApp))]
public sealed class FailingBackupTests(JobBench bench)
{
    public static TheoryData<bool> BothDestinations => [true, false];

    [Theory]
    [MemberData(nameof(BothDestinations))]
    public async Task Killing_pg_dump_fails_the_job_and_leaves_nothing(bool toBucket)
    {
        await bench.RequireAsync();
        await using var relay = bench.Relay();
        var job = await StartAsync(await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port), toBucket);
        Assert.Single(await bench.LeftoversAsync(job)); // The unfinished upload: the check at the end can see what it looks for.

        await AppProcess.SignalAsync("KILL", Assert.Single(bench.App.Children("pg_dump")));

        var failed = await bench.FailedAsync(job, RunStage.Dump, "dump_failed");
        Assert.Contains("pg_dump was killed by signal 9 (SIGKILL)", failed.ErrorSummary, StringComparison.Ordinal);
        Assert.InRange(failed.BytesRead, 1, JobBench.Middle);
    }

    [Theory]
    [MemberData(nameof(BothDestinations))]
    public async Task Stopping_the_source_server_fails_the_job_and_leaves_nothing(bool toBucket)
    {
        await bench.RequireAsync();
        await using var cluster = await TestCluster.StartWithPasswordAsync();
        await RandomTable.FillAsync(cluster.ConnectionString, JobBench.NoiseMegabytes);
        await using var relay = bench.Relay(cluster.Port);
        var source = await bench.Client.AddSourceAsync(
            $"cluster {Guid.NewGuid():N}", "127.0.0.1", relay.Port, "postgres", TestCluster.Superuser, TestCluster.SuperuserPassword);
        var job = await StartAsync(source, toBucket);

        await cluster.StopServerAsync();
        relay.Open();

        var failed = await bench.FailedAsync(job, RunStage.Dump, "dump_failed");
        Assert.Contains("server closed the connection unexpectedly", $"{failed.ErrorSummary} {failed.ToolLog}", StringComparison.Ordinal);
        Assert.Contains("noise", failed.ErrorSummary, StringComparison.Ordinal);
        var line = $"JobId:{job} backup_job.failed on backup_job {job}";
        await Until.TrueAsync(() => bench.App.Log.Contains(line, StringComparison.Ordinal), "the log says so, and of which job");
    }

    [Fact]
    public async Task A_source_server_that_is_away_from_the_start_fails_at_connecting()
    {
        await bench.RequireAsync();
        await using var cluster = await TestCluster.StartWithPasswordAsync();
        var source = await bench.Client.AddSourceAsync(
            $"cluster {Guid.NewGuid():N}", "127.0.0.1", cluster.Port, "postgres", TestCluster.Superuser, TestCluster.SuperuserPassword);
        await cluster.ExecuteAsync($"ALTER ROLE {TestCluster.Superuser} PASSWORD 'changed since'");

        var job = await bench.Client.RunNowAsync(source);

        var failed = await bench.FailedAsync(job, RunStage.Connect, "auth_failed");
        Assert.Contains("password", failed.ErrorSummary, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(TestCluster.SuperuserPassword + "'", failed.ErrorSummary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_that_do_not_decrypt_any_more_ask_for_them_again()
    {
        await bench.RequireAsync();
        var source = await bench.AddSourceAsync(await bench.NoiseAsync());
        await bench.ExecuteAsync(
            $"""
            UPDATE data_sources SET secrets_cipher = set_byte(secrets_cipher, 20, (get_byte(secrets_cipher, 20) + 1) % 256)
            WHERE id = {source}
            """);

        var failed = await bench.FailedAsync(await bench.Client.RunNowAsync(source), RunStage.Connect, "decrypt_failed");

        Assert.Contains("Enter them again", failed.ErrorSummary, StringComparison.Ordinal);
    }

    private async Task<Guid> StartAsync(Guid source, bool toBucket) =>
        await bench.StartAsync(source, toBucket ? await bench.AddBucketAsync() : null);
}
