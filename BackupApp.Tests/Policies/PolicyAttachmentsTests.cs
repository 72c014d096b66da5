using BackupApp.DataSources;
using BackupApp.Errors;
using BackupApp.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Policies;

public sealed class PolicyAttachmentsTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private Guid _source;
    private BackupPolicy _policy = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await bench.RequireAsync();
        _source = await bench.AddSourceAsync($"source {Guid.NewGuid():N}");
        _policy = await bench.AddPolicyAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Everything_done_to_an_attachment_is_audited_with_its_source()
    {
        await DoAsync(a => a.AttachAsync(_source, _policy.Id, enabled: true, priority: 3, Cancel));
        await DoAsync(a => a.PauseAsync(_source, _policy.Id, new PauseTerms(), Cancel));
        await DoAsync(a => a.PauseAsync(_source, _policy.Id, new PauseTerms(), Cancel)); // nothing to do, nothing to say
        await DoAsync(a => a.ResumeAsync(_source, _policy.Id, Cancel));
        await DoAsync(a => a.SetPriorityAsync(_source, _policy.Id, 7, Cancel));
        await DoAsync(a => a.DetachAsync(_source, _policy.Id, Cancel));

        var entries = (await bench.AuditAsync(_policy.Id)).Skip(1).ToList();
        Assert.Equal(
            ["policy.attached", "policy.paused", "policy.resumed", "policy.updated", "policy.detached"],
            entries.Select(e => e.Action));
        Assert.All(entries, e => Assert.Contains(_source.ToString(), e.Metadata, StringComparison.Ordinal));
        Assert.Null(await FindAsync());
    }

    [Fact]
    public async Task The_same_policy_is_attached_to_a_source_once()
    {
        await DoAsync(a => a.AttachAsync(_source, _policy.Id, enabled: true, priority: 0, Cancel));

        var e = await Assert.ThrowsAsync<ConflictException>(() =>
            DoAsync(a => a.AttachAsync(_source, _policy.Id, enabled: false, priority: 1, Cancel)));

        Assert.Contains("already", e.Message, StringComparison.Ordinal);
        Assert.Single(await bench.AuditAsync(_policy.Id), entry => entry.Action == "policy.attached");
    }

    [Fact]
    public async Task What_came_due_during_a_pause_is_neither_run_nor_missed()
    {
        await DoAsync(a => a.AttachAsync(_source, _policy.Id, enabled: true, priority: 0, Cancel));
        await DoAsync(a => a.PauseAsync(_source, _policy.Id, new PauseTerms(), Cancel));
        bench.Clock.Advance(TimeSpan.FromDays(3));
        await DoAsync(a => a.ResumeAsync(_source, _policy.Id, Cancel));

        var attachment = await FindAsync();

        Assert.True(attachment!.IsEnabled);
        var decision = CronSchedule.Read(_policy.Cron, _policy.TimeZone, out _)!
            .Evaluate(attachment.EvaluatedUntil, bench.Clock.GetUtcNow().AddMinutes(1), runOnceAfterDowntime: true);
        Assert.Empty(decision.Due);
        Assert.Null(decision.Missed);
    }

    [Fact]
    public async Task The_highest_priority_that_is_not_paused_is_the_default()
    {
        var second = await bench.AddPolicyAsync();
        var third = await bench.AddPolicyAsync();
        await DoAsync(a => a.AttachAsync(_source, _policy.Id, enabled: true, priority: 0, Cancel));
        await DoAsync(a => a.AttachAsync(_source, second.Id, enabled: true, priority: 0, Cancel));
        await DoAsync(a => a.AttachAsync(_source, third.Id, enabled: true, priority: PolicyAttachment.MaxPriority, Cancel));
        Assert.Equal(third.Id, await DefaultAsync());

        await DoAsync(a => a.PauseAsync(_source, third.Id, new PauseTerms(), Cancel));
        Assert.Equal(_policy.Id, await DefaultAsync()); // the older of the two

        await DoAsync(a => a.MakeDefaultAsync(_source, second.Id, Cancel));
        Assert.Equal(second.Id, await DefaultAsync());
        await DoAsync(a => a.ResumeAsync(_source, third.Id, Cancel));
        Assert.Equal(second.Id, await DefaultAsync());
    }

    [Fact]
    public async Task Only_policies_that_are_not_attached_are_offered()
    {
        var other = await bench.AddPolicyAsync();
        await DoAsync(a => a.AttachAsync(_source, _policy.Id, enabled: true, priority: 0, Cancel));

        await using var db = bench.Database();
        var offered = await bench.Attachments(db).OfferedToAsync(_source, Cancel);

        Assert.Contains(offered, o => o.Id == other.Id);
        Assert.DoesNotContain(offered, o => o.Id == _policy.Id);
    }

    [Fact]
    public async Task The_next_run_is_told_only_while_it_is_on()
    {
        await DoAsync(a => a.AttachAsync(_source, _policy.Id, enabled: true, priority: 0, Cancel));
        Assert.Equal(
            CronSchedule.Read(_policy.Cron, _policy.TimeZone, out _)!.NextOccurrences(bench.Clock.GetUtcNow(), 1)[0],
            (await ListAsync())[0].NextRun);

        await DoAsync(a => a.PauseAsync(_source, _policy.Id, new PauseTerms(), Cancel));
        Assert.Null((await ListAsync())[0].NextRun);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await Assert.ThrowsAsync<NotFoundException>(() => DoAsync(a => a.DetachAsync(_source, _policy.Id, Cancel)));
        await Assert.ThrowsAsync<NotFoundException>(() => DoAsync(a => a.AttachAsync(Guid.NewGuid(), _policy.Id, true, 0, Cancel)));
        await Assert.ThrowsAsync<NotFoundException>(() => DoAsync(a => a.AttachAsync(_source, Guid.NewGuid(), true, 0, Cancel)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(PolicyAttachment.MaxPriority + 1)]
    public async Task A_priority_out_of_range_is_refused(int priority)
    {
        await Assert.ThrowsAsync<InvalidInputException>(() => DoAsync(a => a.AttachAsync(_source, _policy.Id, true, priority, Cancel)));
        await Assert.ThrowsAsync<InvalidInputException>(() => DoAsync(a => a.SetPriorityAsync(_source, _policy.Id, priority, Cancel)));
    }

    private async Task DoAsync(Func<PolicyAttachments, Task> act)
    {
        await using var db = bench.Database();
        await act(bench.Attachments(db));
    }

    private async Task<IReadOnlyList<AttachedPolicy>> ListAsync()
    {
        await using var db = bench.Database();
        return await bench.Attachments(db).OfSourceAsync(_source, Cancel);
    }

    private async Task<Guid> DefaultAsync() => (await ListAsync()).Single(a => a.IsDefault).Policy.Id;

    private async Task<PolicyAttachment?> FindAsync()
    {
        await using var db = bench.Database();
        return await db.Set<PolicyAttachment>().SingleOrDefaultAsync(a => a.DataSourceId == _source && a.PolicyId == _policy.Id, Cancel);
    }
}
