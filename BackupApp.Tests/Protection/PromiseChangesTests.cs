using BackupApp.Errors;
using BackupApp.Protection;
using BackupApp.Tests.Policies;

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

    private async Task<Guid> SourceAsync()
    {
        var source = await Rows.AttachedAsync(bench);
        await Rows.GoodAsync(bench, source, bench.Clock.GetUtcNow().AddHours(-3));
        return source;
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
