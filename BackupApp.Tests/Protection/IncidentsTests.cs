using BackupApp.Audit;
using BackupApp.Errors;
using BackupApp.Protection;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Protection;

/// <summary>"I know, until …", and taking it back.</summary>
public sealed class IncidentsTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private Guid _id;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => bench.Clock.GetUtcNow();

    public async ValueTask InitializeAsync()
    {
        await bench.RequireAsync();
        await using var db = bench.Database();
        var incident = Incident.Begin(new($"thing/{Guid.NewGuid()}", "thing", IncidentKind.DiskLow, "thing", "It is low."), Now);
        db.Add(incident);
        await db.SaveChangesAsync(Cancel);
        _id = incident.Id;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Who_knows_it_until_when_and_why_is_kept_and_audited_and_so_is_that_it_was_taken_back()
    {
        await ActAsync(i => i.AcknowledgeAsync(_id, Now.AddDays(5), " the disk is being replaced ", Cancel));

        var known = await IncidentAsync();
        Assert.Equal(
            (Now.AddDays(5), PolicyBench.Operator.Name, "the disk is being replaced", true),
            (known.AcknowledgedUntil, known.AcknowledgedBy, known.AcknowledgedWhy, known.IsKnownAt(Now)));
        await ActAsync(i => i.TakeBackAsync(_id, Cancel));
        var taken = await IncidentAsync();
        Assert.Equal(
            (null, null, null, false), (taken.AcknowledgedUntil, taken.AcknowledgedBy, taken.AcknowledgedWhy, taken.IsKnownAt(Now)));
        Assert.Equal(
            [AuditActions.IncidentAcknowledged, AuditActions.IncidentTakenBack], (await bench.AuditAsync(_id)).Select(e => e.Action));
        await Assert.ThrowsAsync<ConflictException>(() => ActAsync(i => i.TakeBackAsync(_id, Cancel)));
    }

    [Theory]
    [InlineData(0, "why", "Until")]
    [InlineData(91, "why", "Until")]
    [InlineData(1, " ", "Why")]
    [InlineData(1, null, "Why")]
    [InlineData(1, "two\nlines", "Why")]
    [InlineData(-1, "", "Until Why")]
    public async Task What_says_nothing_is_refused(int days, string? why, string wrong)
    {
        var refused = await Assert.ThrowsAsync<InvalidInputException>(
            () => ActAsync(i => i.AcknowledgeAsync(_id, Now.AddDays(days), why, Cancel)));

        Assert.Equal(wrong.Split(' '), refused.Problems.Keys);
        Assert.Null((await IncidentAsync()).AcknowledgedUntil);
        Assert.Empty(await bench.AuditAsync(_id));
    }

    [Fact]
    public async Task What_is_over_or_not_there_nobody_needs_to_know()
    {
        await using (var db = bench.Database())
        {
            (await db.Set<Incident>().SingleAsync(i => i.Id == _id, Cancel)).End(Now);
            await db.SaveChangesAsync(Cancel);
        }

        await Assert.ThrowsAsync<ConflictException>(() => ActAsync(i => i.AcknowledgeAsync(_id, Now.AddDays(1), "why", Cancel)));
        await Assert.ThrowsAsync<ConflictException>(() => ActAsync(i => i.TakeBackAsync(_id, Cancel)));
        await Assert.ThrowsAsync<NotFoundException>(
            () => ActAsync(i => i.AcknowledgeAsync(Guid.NewGuid(), Now.AddDays(1), "why", Cancel)));
        await Assert.ThrowsAsync<NotFoundException>(() => ActAsync(i => i.TakeBackAsync(Guid.NewGuid(), Cancel)));
    }

    private async Task ActAsync(Func<Incidents, Task> act)
    {
        await using var db = bench.Database();
        await act(new Incidents(db, PolicyBench.Log(db), new CurrentActor { Value = PolicyBench.Operator }, bench.Clock));
    }

    private async Task<Incident> IncidentAsync()
    {
        await using var db = bench.Database();
        return await db.Set<Incident>().AsNoTracking().SingleAsync(i => i.Id == _id, Cancel);
    }
}
