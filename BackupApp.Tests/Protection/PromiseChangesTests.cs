using BackupApp.Errors;
using BackupApp.Policies;
using BackupApp.Protection;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Protection;

public sealed class PromiseChangesTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await bench.RequireAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_promise_by_hand_is_said_and_audited_where_it_is_looser()
    {
        var source = await SourceAsync();

        Assert.Empty(await SetAsync(source, TimeSpan.FromHours(12)));
        Assert.Equal((PromiseOrigin.Hand, TimeSpan.FromHours(12)), await PromiseAsync(source));
        var said = Assert.Single(await SetAsync(source, TimeSpan.FromHours(48)));
        Assert.EndsWith("was never older than 12 h, and is never older than 48 h now.", said, StringComparison.Ordinal);
        Assert.Single(await bench.AuditAsync(source), e => e.Action == "datasource.promise_loosened");

        await SetAsync(source, null);
        Assert.Equal(PromiseOrigin.Schedule, (await PromiseAsync(source)).Origin);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(367 * 24 * 60)]
    public async Task An_age_that_means_nothing_is_refused(int minutes)
    {
        var source = await SourceAsync();

        await Assert.ThrowsAsync<InvalidInputException>(() => SetAsync(source, TimeSpan.FromMinutes(minutes)));
    }

    [Fact]
    public async Task Detaching_the_last_policy_keeps_the_promise_at_once()
    {
        var source = await SourceAsync();
        var before = await PromiseAsync(source);

        await using (var db = bench.Database())
        {
            var changes = new PromiseChanges(db, Rows.Reader(bench, db), PolicyBench.Log(db));
            Task Detach() => Rows.ExecuteAsync(bench, $"delete from policy_attachments where data_source_id = {source}");
            Assert.Empty(await changes.WatchAsync([source], Detach, Cancel));
        }

        Assert.Equal((PromiseOrigin.Kept, before.MaxAge), await PromiseAsync(source));
    }

    // It is a Monday: at this moment a schedule of every day promises what one of working days does.
    [Theory]
    [InlineData("0 22 * * 1-5", "84 h")]
    [InlineData("30 3 * * 0", "8 days")]
    [InlineData("15 2 1 * *", "32 days")]
    [InlineData("0 3 * * *", null)]
    [InlineData("0 * * * *", null)]
    public async Task Other_times_are_judged_by_all_that_comes_whether_there_is_a_good_backup_or_none(string cron, string? age)
    {
        foreach (var source in (Guid[])[await SourceAsync(), await Rows.AttachedAsync(bench)])
        {
            var said = await RescheduleAsync(source, cron);

            var loosened = (await bench.AuditAsync(source)).Where(e => e.Action == "datasource.promise_loosened").ToList();
            Assert.Equal(age is null ? 0 : 1, said.Count);
            Assert.Equal(said.Count, loosened.Count);
            if (age is null)
                continue;
            Assert.EndsWith($"was never older than 36 h, and is never older than {age} now.", said[0], StringComparison.Ordinal);
            Assert.Contains($"\"after\": \"never older than {age}\"", loosened[0].Metadata, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Detaching_the_tighter_of_two_says_what_the_other_promises()
    {
        var source = await SourceAsync();
        var nightly = await PolicyAsync(source);
        var weekly = await bench.AddPolicyAsync(input => input.Cron = "30 3 * * 0");
        await using var db = bench.Database();
        await bench.Attachments(db).AttachAsync(source, weekly.Id, enabled: true, priority: 0, Cancel);

        var said = await new PromiseChanges(db, Rows.Reader(bench, db), PolicyBench.Log(db)).WatchAsync(
            [source], () => bench.Attachments(db).DetachAsync(source, nightly, Cancel), Cancel);

        Assert.EndsWith("was never older than 36 h, and is never older than 8 days now.", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detaching_the_last_policy_before_the_first_good_backup_leaves_no_promise()
    {
        var source = await Rows.AttachedAsync(bench);
        var policy = await PolicyAsync(source);
        await using var db = bench.Database();

        var said = await new PromiseChanges(db, Rows.Reader(bench, db), PolicyBench.Log(db)).WatchAsync(
            [source], () => bench.Attachments(db).DetachAsync(source, policy, Cancel), Cancel);

        Assert.EndsWith("was never older than 36 h, and nothing is promised now.", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_promised_stays_in_mind_until_the_schedule_that_came_after_it_made_a_good_backup()
    {
        var source = await SourceAsync();
        var before = await PromiseAsync(source);
        await RescheduleAsync(source, "0 * * * *");
        await Rounds.RunAsync(bench);
        Assert.Equal(before.MaxAge, await KeptAsync(source));

        await Rows.GoodAsync(bench, source, bench.Clock.GetUtcNow());
        await Rounds.RunAsync(bench);

        Assert.Equal((await PromiseAsync(source)).MaxAge, await KeptAsync(source));
        Assert.InRange((await KeptAsync(source))!.Value, TimeSpan.FromHours(1), TimeSpan.FromHours(3));
    }

    private async Task<Guid> SourceAsync()
    {
        var source = await Rows.AttachedAsync(bench);
        await Rows.GoodAsync(bench, source, bench.Clock.GetUtcNow().AddHours(-3));
        return source;
    }

    private async Task<IReadOnlyList<string>> RescheduleAsync(Guid source, string cron)
    {
        var id = await PolicyAsync(source);
        await using var db = bench.Database();
        var policy = await db.Set<BackupPolicy>().AsNoTracking().SingleAsync(p => p.Id == id, Cancel);
        var input = PolicyInput.From(policy);
        input.Cron = cron;
        return await new PromiseChanges(db, Rows.Reader(bench, db), PolicyBench.Log(db)).WatchPolicyAsync(
            id, () => bench.Editor(db).UpdateAsync(id, policy.Version, input, Cancel), Cancel);
    }

    private async Task<Guid> PolicyAsync(Guid source)
    {
        await using var db = bench.Database();
        return (await db.Set<PolicyAttachment>().SingleAsync(a => a.DataSourceId == source, Cancel)).PolicyId;
    }

    private async Task<TimeSpan?> KeptAsync(Guid source)
    {
        await using var db = bench.Database();
        return (await db.Set<SourcePromise>().AsNoTracking().SingleAsync(p => p.DataSourceId == source, Cancel)).KeptAge;
    }

    private async Task<IReadOnlyList<string>> SetAsync(Guid source, TimeSpan? age)
    {
        await using var db = bench.Database();
        return await new PromiseChanges(db, Rows.Reader(bench, db), PolicyBench.Log(db)).SetMaxAgeAsync(source, age, Cancel);
    }

    private async Task<(PromiseOrigin Origin, TimeSpan? MaxAge)> PromiseAsync(Guid source)
    {
        await using var db = bench.Database();
        var promise = (await Rows.Reader(bench, db).OfAsync([source], Cancel))[source].State.Promise;
        return (promise.Origin, promise.MaxAge);
    }
}
