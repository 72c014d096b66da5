using BackupApp.DataSources;
using BackupApp.Engines.Restores;
using BackupApp.Policies;
using BackupApp.Protection;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Protection;

/// <summary>Facts as they are read from real rows.</summary>
public sealed class ProtectionReaderTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => bench.Clock.GetUtcNow();

    public async ValueTask InitializeAsync() => await bench.RequireAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_life_from_nothing_to_protected_to_failing_to_deleted()
    {
        var source = await Rows.AttachedAsync(bench);
        Assert.Equal(ProtectionWord.Unprotected, (await StateAsync(source)).Word);

        var good = await Rows.JobAsync(bench, source, "success", Now.AddHours(-3));
        Assert.Equal((ProtectionWord.Protected, Now.AddHours(-3)), (
            (await StateAsync(source)).Word, (await StateAsync(source)).NewestGood!.StartedAt));

        await Rows.JobAsync(bench, source, "failed", Now.AddHours(-2));
        await Rows.JobAsync(bench, source, "failed", Now.AddHours(-1));
        var failing = await StateAsync(source);
        Assert.Equal(ProtectionWord.Failing, failing.Word);
        Assert.StartsWith("2 runs failed", failing.Reason, StringComparison.Ordinal);

        var deleted = Now.AddMinutes(-7);
        await Rows.ExecuteAsync(bench, $"update backup_jobs set deletion_marked_at = {deleted} where id = {good}");
        Assert.Equal((ProtectionWord.Unprotected, deleted), ((await StateAsync(source)).Word, (await StateAsync(source)).Since));
    }

    [Fact]
    public async Task A_source_whose_only_backup_is_damaged_is_unprotected_since_that_was_found()
    {
        var source = await Rows.AttachedAsync(bench);
        var good = await Rows.JobAsync(bench, source, "success", Now.AddHours(-3));
        var found = Now.AddMinutes(-7);
        await Rows.ExecuteAsync(bench, $"update backup_jobs set damaged_at = {found} where id = {good}");

        Assert.Equal((ProtectionWord.Unprotected, found), ((await StateAsync(source)).Word, (await StateAsync(source)).Since));
    }

    [Fact]
    public async Task What_failed_before_the_newest_good_backup_is_past()
    {
        var source = await Rows.AttachedAsync(bench);
        await Rows.JobAsync(bench, source, "failed", Now.AddHours(-3));
        await Rows.JobAsync(bench, source, "success", Now.AddHours(-2));
        await Rows.JobAsync(bench, source, "canceled", Now.AddHours(-1));

        Assert.Equal(ProtectionWord.Protected, (await StateAsync(source)).Word);
    }

    [Fact]
    public async Task What_the_newest_backup_holds_puts_the_source_at_risk_until_somebody_says_that_it_was_meant()
    {
        var source = await Rows.AttachedAsync(bench);
        var older = await Rows.JobAsync(bench, source, "success", Now.AddHours(-3));
        await WarnAsync(source, older);
        Assert.Equal(ProtectionWord.AtRisk, (await StateAsync(source)).Word);
        var newest = await Rows.JobAsync(bench, source, "success", Now.AddHours(-2));
        Assert.Equal(ProtectionWord.Protected, (await StateAsync(source)).Word);

        await WarnAsync(source, newest);
        await WarnAsync(source, newest);
        var warned = await StateAsync(source);
        await Rows.ExecuteAsync(bench, $"update content_warnings set silenced_at = now() where job_id = {newest}");

        Assert.Equal((ProtectionWord.AtRisk, ProtectionAction.SeeJob, newest), (warned.Word, warned.Action, warned.TargetId));
        Assert.StartsWith("There are 2 warnings about what is in the newest backup.", warned.Reason, StringComparison.Ordinal);
        Assert.Equal(ProtectionWord.Protected, (await StateAsync(source)).Word);
    }

    [Fact]
    public async Task Production_that_could_not_be_restored_is_at_risk_and_a_standby_is_not()
    {
        var source = await Rows.AttachedAsync(bench);
        await Rows.JobAsync(bench, source, "success", Now.AddHours(-2));
        await using var db = bench.Database();
        async Task<ProtectionState> FoundAsync(RestoreReadiness found, DataSourceEnvironment environment)
        {
            var row = await db.Set<DataSource>().SingleAsync(s => s.Id == source, Cancel);
            row.Rename(row.Name, environment, Now);
            row.RecordReadiness(found, Now);
            await db.SaveChangesAsync(Cancel);
            return await StateAsync(source);
        }

        var cannot = new RestoreReadiness(ReadyState.NotReady, "The login may not create databases.", "grant CREATEDB");
        var production = await FoundAsync(cannot, DataSourceEnvironment.Prod);
        Assert.Equal((ProtectionWord.AtRisk, ProtectionAction.PrepareRestore), (production.Word, production.Action));
        Assert.Equal(
            "Not ready to restore: grant CREATEDB, or add a restore login. The login may not create databases.", production.Reason);
        Assert.Equal(ProtectionWord.Protected, (await FoundAsync(cannot, DataSourceEnvironment.Staging)).Word);
        foreach (var state in new[] { ReadyState.Standby, ReadyState.Unknown, ReadyState.Ready })
            Assert.Equal(ProtectionWord.Protected, (await FoundAsync(new(state), DataSourceEnvironment.Prod)).Word);
    }

    [Fact]
    public async Task A_backup_from_the_future_counts_for_nothing()
    {
        var source = await Rows.AttachedAsync(bench);
        await Rows.JobAsync(bench, source, "success", Now.AddYears(1));

        Assert.Equal(ProtectionWord.Unprotected, (await StateAsync(source)).Word);
    }

    [Fact]
    public async Task Each_database_of_a_server_has_a_state()
    {
        var source = await Rows.AttachedAsync(bench);
        await Rows.ExecuteAsync(bench, $"update data_sources set selection = '{{\"scope\": \"server\"}}' where id = {source}");
        var first = await Rows.JobAsync(bench, source, "success", Now.AddHours(-26));
        await Rows.PartsAsync(bench, first, ("a", true), ("b", true), ("gone", true));
        var second = await Rows.JobAsync(bench, source, "partial", Now.AddHours(-2));
        await Rows.PartsAsync(bench, second, ("a", true), ("b", false), ("new", true));

        var state = await StateAsync(source);

        Assert.Equal(ProtectionWord.Failing, state.Word);
        Assert.StartsWith("b, 1 of 3 databases: ", state.Reason, StringComparison.Ordinal);
        Assert.Equal(["b", "a", "new"], state.Databases.Select(d => d.Name));
    }

    [Fact]
    public async Task Database_and_backups_on_one_machine_are_a_risk()
    {
        var source = await Rows.AttachedAsync(bench);
        await Rows.JobAsync(bench, source, "success", Now.AddHours(-2));
        await Rows.ExecuteAsync(bench, $"update data_sources set host = '127.0.0.1' where id = {source}");

        var state = await StateAsync(source);

        Assert.Equal((ProtectionWord.AtRisk, ProtectionAction.AddPolicy), (state.Word, state.Action));
        Assert.Contains("same machine", state.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_destination_that_fails_is_a_risk_until_a_backup_goes_there_and_not_elsewhere()
    {
        var source = await Rows.AttachedAsync(bench);
        await Rows.JobAsync(bench, source, "success", Now.AddHours(-5));
        var bucket = await bench.AddBucketAsync($"bucket {Guid.NewGuid():N}");
        var policy = await bench.AddPolicyAsync(input => input.DestinationId = bucket);
        await using (var db = bench.Database())
            await bench.Attachments(db).AttachAsync(source, policy.Id, enabled: true, priority: 0, Cancel);
        await Rows.ExecuteAsync(
            bench,
            $"""
            insert into destination_looks (destination_id, started_at, finished_at, objects, unknown, unknown_bytes, unknown_uploads,
                examples, error)
            values ({bucket}, {Now.AddHours(-4)}, {Now.AddHours(-4)}, 0, 0, 0, 0, '[]', 'Access was denied.')
            """);
        var job = await Rows.OfPolicyAsync(bench, source, policy.Id, Now.AddHours(-6));
        await Rows.OfPolicyAsync(bench, source, (await OtherPolicyAsync(source, policy.Id)), Now.AddHours(-2));

        var state = await StateAsync(source);
        Assert.Equal((ProtectionWord.AtRisk, ProtectionAction.SeeDestination, bucket), (state.Word, state.Action, state.TargetId));

        await Rows.OfPolicyAsync(bench, source, policy.Id, Now.AddHours(-1));
        Assert.Equal(ProtectionWord.Protected, (await StateAsync(source)).Word);
        // What is lost shows nothing any more, and a good one elsewhere does not make up for it.
        await Rows.OfPolicyAsync(bench, source, await OtherPolicyAsync(source, policy.Id), Now.AddMinutes(-30));
        await Rows.ExecuteAsync(bench, $"update backup_jobs set damaged_at = now() where policy_id = {policy.Id} and id <> {job}");
        Assert.Equal(ProtectionAction.SeeDestination, (await StateAsync(source)).Action);
    }

    [Fact]
    public async Task A_bucket_of_this_machine_is_no_second_place()
    {
        var source = await Rows.AttachedAsync(bench);
        await Rows.JobAsync(bench, source, "success", Now.AddHours(-2));
        var bucket = await bench.AddBucketAsync($"bucket {Guid.NewGuid():N}");
        var policy = await bench.AddPolicyAsync(input => input.DestinationId = bucket);
        await using (var db = bench.Database())
            await bench.Attachments(db).AttachAsync(source, policy.Id, enabled: true, priority: 0, Cancel);
        await Rows.ExecuteAsync(bench, $"update data_sources set host = 'localhost' where id = {source}");
        Assert.Equal(ProtectionWord.Protected, (await StateAsync(source)).Word);

        await Rows.ExecuteAsync(bench, $"update storage_destinations set endpoint = 'http://localhost:9000' where id = {bucket}");

        Assert.Contains("same machine", (await StateAsync(source)).Reason, StringComparison.Ordinal);
    }

    private async Task<Guid> OtherPolicyAsync(Guid source, Guid policy)
    {
        await using var db = bench.Database();
        return await db.Set<PolicyAttachment>().Where(a => a.DataSourceId == source && a.PolicyId != policy).Select(a => a.PolicyId)
            .SingleAsync(Cancel);
    }

    private Task WarnAsync(Guid source, Guid job) => Rows.ExecuteAsync(
        bench,
        $"""
        insert into content_warnings (id, artifact_id, job_id, data_source_id, baseline_id, rule, schema, "table", before, after, text)
        values ({Guid.CreateVersion7()}, {job}, {job}, {source}, {source}, 'table_emptied', 'public', 'orders', 3, 0, 'orders was emptied')
        """);

    private async Task<ProtectionState> StateAsync(Guid source)
    {
        await using var db = bench.Database();
        return (await Rows.Reader(bench, db).OfAsync([source], Cancel))[source].State;
    }
}
