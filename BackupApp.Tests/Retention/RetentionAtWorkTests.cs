using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Policies;
using BackupApp.Retention;
using BackupApp.Runs;
using BackupApp.Stored;
using BackupApp.Tests.Policies;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Retention;

/// <summary>Retention on a real database: what the preview says, and what is then marked.</summary>
public sealed class RetentionAtWorkTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private const long Megabyte = 1 << 20;

    private readonly string _shop = $"shop {Guid.NewGuid():N}";
    private BackupPolicy _policy = null!;
    private Guid _source;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await bench.RequireAsync();
        _policy = await bench.AddPolicyAsync(input => (input.KeepDays, input.KeepLast) = (30, 0));
        _source = await AttachAsync(_shop);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_preview_says_what_would_go_by_source_and_nothing_that_goes_anyway()
    {
        var crm = await AttachAsync($"crm {Guid.NewGuid():N}");
        await AddAsync(_source, 40); // goes anyway
        var (old, older) = (await AddAsync(_source, 10), await AddAsync(_source, 20));
        var pinned = await AddAsync(_source, 15);
        await AddAsync(_source, 1);
        await AddAsync(crm, 12); // its newest good one
        await AddAsync(crm, 25);
        await PinAsync(pinned);

        var preview = await PreviewAsync(new RetentionRule(7, 0));

        Assert.Equal((3, 3 * Megabyte), (preview.Backups, preview.Bytes));
        Assert.Equal(2, preview.Sources.Count);
        Assert.Equal((_shop, 2), (preview.Sources[0].Name, preview.Sources[0].Backups));
        Assert.Equal(
            ((await bench.JobAsync(older)).StartedAt, (await bench.JobAsync(old)).StartedAt),
            (preview.Sources[0].Oldest, preview.Sources[0].Newest));
    }

    [Theory]
    [InlineData(30, 0)]
    [InlineData(60, 0)]
    [InlineData(0, 0)]
    [InlineData(7, 100)]
    public async Task A_rule_that_is_not_tighter_deletes_nothing(int days, int last)
    {
        foreach (var age in (int[])[1, 10, 20, 50])
            await AddAsync(_source, age);

        Assert.Equal(0, (await PreviewAsync(new RetentionRule(days, last))).Backups);
    }

    [Fact]
    public async Task A_pinned_backup_stays_until_it_is_unpinned()
    {
        await AddAsync(_source, 1);
        var (pinned, loose) = (await AddAsync(_source, 100), await AddAsync(_source, 101));
        await PinAsync(pinned);

        await ApplyAsync(worker => worker.PolicyChangedAsync(_policy.Id, Cancel));
        Assert.Equal((false, true), (await IsMarkedAsync(pinned), await IsMarkedAsync(loose)));

        await PinAsync(pinned, false);
        await ApplyAsync(worker => worker.PolicyChangedAsync(_policy.Id, Cancel));
        Assert.True(await IsMarkedAsync(pinned));
        var entry = Assert.Single(await bench.AuditAsync(pinned), e => e.Action == AuditActions.BackupExpired);
        Assert.Contains("age_exceeded", entry.Metadata, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_is_pinned_while_it_is_about_to_expire_stays()
    {
        await AddAsync(_source, 1);
        var id = await AddAsync(_source, 100);
        var seen = await bench.JobAsync(id);
        await PinAsync(id);

        await using var db = bench.Database();
        Assert.False(await bench.Deletion(db).MarkAsync(seen, DeletionReason.AgeExceeded, AuditActions.BackupExpired, null, Cancel));

        Assert.False(await IsMarkedAsync(id));
    }

    [Fact]
    public async Task Backups_of_a_policy_that_was_detached_are_kept()
    {
        await AddAsync(_source, 1);
        var old = await AddAsync(_source, 100);
        await using (var db = bench.Database())
            await bench.Attachments(db).DetachAsync(_source, _policy.Id, Cancel);

        await ApplyAsync(worker => worker.RunAsync(Cancel));

        Assert.False(await IsMarkedAsync(old));
    }

    private Task<Guid> AddAsync(Guid source, int days) =>
        bench.AddJobAsync(source, RunStatus.Success, policy: _policy, age: TimeSpan.FromDays(days), bytes: Megabyte);

    private async Task<Guid> AttachAsync(string name)
    {
        var source = await bench.AddSourceAsync(name);
        await using var db = bench.Database();
        await bench.Attachments(db).AttachAsync(source, _policy.Id, enabled: true, priority: 0, Cancel);
        return source;
    }

    private async Task PinAsync(Guid job, bool pinned = true)
    {
        await using var db = bench.Database();
        await new PinBackup(db, PolicyBench.Log(db)).RunAsync(job, pinned, Cancel);
    }

    private async Task<ExpiryPreview> PreviewAsync(RetentionRule next)
    {
        await using var db = bench.Database();
        return await new RetentionPreview(db, bench.Clock).ReadAsync(_policy.Id, next, Cancel);
    }

    private async Task ApplyAsync(Func<RetentionWorker, Task> apply)
    {
        await using var db = bench.Database();
        await apply(new RetentionWorker(db, bench.Deletion(db), bench.Clock, NullLogger<RetentionWorker>.Instance));
    }

    private async Task<bool> IsMarkedAsync(Guid job) => (await bench.JobAsync(job)).DeletionMarkedAt is not null;
}
