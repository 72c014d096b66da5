using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Restores;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Restores;

/// <summary>Several databases at once: a table of what was found of each, and one queue.</summary>
[Collection(nameof(BackupsOfOneApp))]
public sealed class RestoreBatchTests(JobBench bench)
{
    private string TargetUri =>
        $"postgres://{bench.Postgres.Superuser}:{Uri.EscapeDataString(bench.Postgres.SuperuserPassword)}"
        + $"@127.0.0.1:{bench.Postgres.Port}/postgres";

    [Fact]
    public async Task All_are_looked_at_and_restored_one_after_another_with_a_login_that_is_given_once()
    {
        await bench.RequireAsync();
        var sources = await SourcesAsync(3);
        var chosen = sources.Index().ToDictionary(s => $"Input.Sources[{s.Index}]", s => s.Item.Source.ToString());
        chosen["Input.Where"] = "Server";
        chosen["Input.TargetUri"] = TargetUri;

        var (_, taken) = await bench.Client.SubmitAsync("/Restores/Many", "?handler=Check", chosen);
        var (_, free) = await bench.Client.SubmitAsync("/Restores/Many", "?handler=Check", Form(sources, TargetUri));

        // Under their own names they would be where they are still.
        Assert.Equal(3, Count(taken, "There is a database "));
        Assert.Equal(0, Count(taken, "Can be restored"));
        Assert.Equal(3, Count(free, "Can be restored"));
        Assert.DoesNotContain(bench.Postgres.SuperuserPassword, taken + free, StringComparison.Ordinal);

        var batch = await StartAsync(Form(sources, TargetUri));
        var jobs = await EndedAsync(batch);

        Assert.All(jobs, job => Assert.True(job.Status == RunStatus.Success, $"{job.ErrorSummary} {job.ToolLog}"));
        Assert.Equal(sources.Select(s => s.Source), jobs.Select(j => j.DataSourceId));
        Assert.All(jobs.Zip(jobs.Skip(1)), pair => Assert.True(pair.First.FinishedAt <= pair.Second.StartedAt));
        Assert.All(jobs, job => Assert.Equal((TargetLogin.Given, null), (job.Login, job.TargetCipher)));
        foreach (var (_, _, copy) in sources)
            Assert.Equal(50L, await bench.Postgres.ScalarAsync<long>("SELECT count(*) FROM orders", copy));
        var page = await bench.Client.GetAsync($"/Restores/Batch/{batch}");
        Assert.Contains("3 of 3 ended, 3 of them well.", page, StringComparison.Ordinal);
        Assert.Contains(batch.ToString(), await bench.Client.GetAsync($"/Restores/{jobs[1].Id}"), StringComparison.Ordinal);
        await using var db = bench.Database();
        var created = await db.Set<AuditEntry>().SingleAsync(
            e => e.TargetId == jobs[2].Id && e.Action == AuditActions.RestoreCreated, TestContext.Current.CancellationToken);
        Assert.Contains($"\"batch\": \"{batch}\"", created.Metadata, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Those_that_wait_go_on_when_one_before_them_is_canceled_and_the_rest_can_be_canceled()
    {
        await bench.RequireAsync();
        var sources = await SourcesAsync(3);
        // Something else is at work on the first one's target, so that it waits, and those behind it.
        await using var busy = await BusyAsync(sources[0]);
        var first = await StartAsync(Form(sources, null));
        var second = await StartAsync(Form([sources[0], sources[1]], null));
        await Until.TrueAsync(
            async () => (await JobsAsync(first)).Concat(await JobsAsync(second))
                .All(j => j is { Status: RunStatus.Queued, ParkedAt: not null }),
            "all of them wait");

        await bench.Client.SubmitAsync($"/Restores/Batch/{second}", "?handler=Cancel", []);
        await bench.Client.SubmitAsync($"/Restores/{(await JobsAsync(first))[0].Id}", "?handler=Cancel", []);

        Assert.Equal([RunStatus.Canceled, RunStatus.Canceled], (await JobsAsync(second)).Select(j => j.Status));
        var ended = await EndedAsync(first);
        Assert.Equal([RunStatus.Canceled, RunStatus.Success, RunStatus.Success], ended.Select(j => j.Status));
        Assert.Equal([false, true, true], ended.Select(j => j.StartedAt is not null));
    }

    [Fact]
    public async Task One_that_cannot_be_restored_keeps_all_of_them_from_being_queued()
    {
        await bench.RequireAsync();
        var sources = await SourcesAsync(1);
        var form = Form([sources[0], sources[0]], TargetUri);

        var (location, html) = await bench.Client.SubmitAsync("/Restores/Many", "", form);

        Assert.Null(location);
        Assert.Contains("Two of them would be ", html, StringComparison.Ordinal);
        await using var db = bench.Database();
        Assert.False(await db.Set<RestoreJob>().AnyAsync(j => j.DataSourceId == sources[0].Source, TestContext.Current.CancellationToken));
    }

    private async Task<IReadOnlyList<BatchSource>> SourcesAsync(int count)
    {
        var sources = new List<BatchSource>();
        for (var i = 0; i < count; i++)
        {
            var database = await bench.Postgres.CreateDatabaseAsync($"batch{i}", "CREATE TABLE orders AS SELECT generate_series(1, 50) n");
            sources.Add(new(await bench.AddSourceAsync(database), database, bench.Postgres.Drop($"copy_{Guid.NewGuid():N}")));
        }

        var backups = await Task.WhenAll(sources.Select(s => bench.Client.RunNowAsync(s.Source)));
        foreach (var backup in backups)
            Assert.Equal("success", (await bench.Client.FinishedAsync(backup)).Status);
        return sources;
    }

    /// <param name="uri">Null for each beside its own.</param>
    private Dictionary<string, string> Form(IReadOnlyList<BatchSource> sources, string? uri)
    {
        using var db = bench.Database();
        var form = new Dictionary<string, string> { ["Input.Where"] = uri is null ? "Beside" : "Server", ["Input.TargetUri"] = uri ?? "" };
        foreach (var (i, source) in sources.Index())
        {
            var backup = db.Set<BackupJob>().Include(j => j.Artifacts).Single(j => j.DataSourceId == source.Source);
            form[$"Input.Items[{i}].DataSourceId"] = source.Source.ToString();
            form[$"Input.Items[{i}].BackupId"] = backup.Id.ToString();
            form[$"Input.Items[{i}].ArtifactId"] = backup.Artifacts[0].Id.ToString();
            form[$"Input.Items[{i}].TargetDatabase"] = source.Copy;
            form[$"Input.Items[{i}].IsChosen"] = "true";
        }

        return form;
    }

    private async Task<Guid> StartAsync(Dictionary<string, string> form)
    {
        var (location, html) = await bench.Client.SubmitAsync("/Restores/Many", "", form);
        return Guid.TryParse(location?.Split('/')[^1], out var id)
            ? id
            : throw new InvalidOperationException($"The batch was not started: {location} {html}");
    }

    private async Task<IReadOnlyList<RestoreJob>> JobsAsync(Guid batch)
    {
        await using var db = bench.Database();
        return await db.Set<RestoreJob>().AsNoTracking().Where(j => j.BatchId == batch).OrderBy(j => j.BatchPosition).ToListAsync();
    }

    private async Task<IReadOnlyList<RestoreJob>> EndedAsync(Guid batch)
    {
        IReadOnlyList<RestoreJob> jobs = [];
        await Until.TrueAsync(
            async () => (jobs = await JobsAsync(batch)).All(j => !j.IsActive),
            () => string.Join(", ", jobs.Select(j => $"{j.Status} {j.Phase}")), 120);
        return jobs;
    }

    /// <summary>A running restore into the same database that no worker knows of; gone when disposed.</summary>
    private async Task<Busy> BusyAsync(BatchSource source)
    {
        var form = Form([source], null);
        form["Input.Items[0].TargetDatabase"] = bench.Postgres.Drop($"other_{Guid.NewGuid():N}");
        var done = (await EndedAsync(await StartAsync(form)))[0].Id;
        var id = Guid.CreateVersion7();
        await bench.ExecuteAsync(
            $"""
            insert into restore_jobs select (jsonb_populate_record(r, jsonb_build_object('id', {id}, 'status', 'running', 'batch_id', null,
                'target_database', {source.Copy}, 'heartbeat_at', now() + interval '1 hour', 'finished_at', null))).*
            from restore_jobs r where r.id = {done}
            """);
        return new(bench, id);
    }

    private static int Count(string html, string text) => html.Split(text).Length - 1;

    /// <param name="Copy">What it becomes; dropped at the end.</param>
    private sealed record BatchSource(Guid Source, string Database, string Copy);

    private sealed record Busy(JobBench Bench, Guid Id) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Bench.ExecuteAsync($"delete from restore_jobs where id = {Id}");
    }
}
