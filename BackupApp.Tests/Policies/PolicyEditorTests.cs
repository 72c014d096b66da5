using BackupApp.Destinations;
using BackupApp.Errors;
using BackupApp.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Policies;

public sealed class PolicyEditorTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await bench.RequireAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_policy_is_saved_as_entered_and_audited()
    {
        var made = await bench.AddPolicyAsync(input =>
        {
            (input.Cron, input.TimeZone) = (" 0   3 * * MON-FRI", "europe/prague");
            (input.KeepDays, input.KeepLast, input.CompressionLevel, input.MaxDurationMinutes) = (30, 0, null, 90);
            (input.CompressionThreads, input.RateLimit) = (2, 40);
        });

        await using var db = bench.Database();
        var stored = await db.Set<BackupPolicy>().SingleAsync(p => p.Id == made.Id, Cancel);
        Assert.Equal(("0 3 * * MON-FRI", "Europe/Prague", 30, 0), (stored.Cron, stored.TimeZone, stored.KeepDays, stored.KeepLast));
        Assert.Null(stored.CompressionLevel);
        Assert.Equal(TimeSpan.FromMinutes(90), stored.MaxDuration);
        Assert.False(stored.RunOnceAfterDowntime);
        Assert.Equal((2, 40), (stored.CompressionThreads, stored.RateLimit));
        var entry = Assert.Single(await bench.AuditAsync(made.Id));
        Assert.Equal(
            ("policy.created", "operator@example.com", "backup_policy", made.Name),
            (entry.Action, entry.ActorName, entry.TargetType, entry.TargetName));
        Assert.Contains("\"cron\": \"0 3 * * MON-FRI\"", entry.Metadata, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_problems_are_named_at_once()
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => bench.AddPolicyAsync(input =>
        {
            (input.Name, input.Cron, input.TimeZone) = (" ", "0 0 31 2 *", "Mars/Olympus");
            (input.KeepDays, input.KeepLast, input.CompressionLevel, input.MaxDurationMinutes) = (-1, null, 10, 0);
            (input.CompressionThreads, input.RateLimit) = (0, 0);
            input.DestinationId = Guid.NewGuid();
        }));

        Assert.Equal(
            [
                "Name", "Cron", "TimeZone", "KeepDays", "KeepLast", "CompressionLevel", "CompressionThreads",
                "RateLimit", "MaxDurationMinutes", "DestinationId",
            ],
            e.Problems.Keys);
        Assert.All(e.Problems.Values, problem => Assert.EndsWith(".", problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("NIGHTLY {0}", "nightly {0}")]
    [InlineData("NÁLEDÍ {0}", " náledí {0} ")]
    public async Task A_name_is_taken_whatever_its_capitals(string first, string second)
    {
        var unique = Guid.NewGuid().ToString("N");
        await bench.AddPolicyAsync(input => input.Name = string.Format(null, first, unique));

        var e = await Assert.ThrowsAsync<InvalidInputException>(() =>
            bench.AddPolicyAsync(input => input.Name = string.Format(null, second, unique)));

        Assert.Contains("already", e.Problems["Name"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_policys_name_is_free_again()
    {
        var policy = await bench.AddPolicyAsync();
        await using (var db = bench.Database())
            await bench.Editor(db).DeleteAsync(policy.Id, Cancel);

        await bench.AddPolicyAsync(input => input.Name = policy.Name);

        Assert.Equal(["policy.created", "policy.deleted"], (await bench.AuditAsync(policy.Id)).Select(e => e.Action));
    }

    [Fact]
    public async Task Of_two_people_who_edit_a_policy_the_second_is_told()
    {
        var policy = await bench.AddPolicyAsync();
        await using (var first = bench.Database())
            await bench.Editor(first).UpdateAsync(policy.Id, policy.Version, PolicyBench.Input(input => input.KeepDays = 3), Cancel);

        await using var second = bench.Database();
        await Assert.ThrowsAsync<ConflictException>(() =>
            bench.Editor(second).UpdateAsync(policy.Id, policy.Version, PolicyBench.Input(), Cancel));

        Assert.Equal(["policy.created", "policy.updated"], (await bench.AuditAsync(policy.Id)).Select(e => e.Action));
    }

    [Theory]
    [InlineData("0 4 * * *", "UTC", true)]
    [InlineData("15 2 * * *", "Europe/Prague", true)]
    [InlineData("15 2 * * *", "UTC", false)]
    public async Task Only_another_schedule_starts_its_evaluation_anew(string cron, string zone, bool anew)
    {
        var policy = await bench.AddPolicyAsync();
        var source = await bench.AddSourceAsync($"source {Guid.NewGuid():N}");
        await using var db = bench.Database();
        var attachment = await bench.Attachments(db).AttachAsync(source, policy.Id, enabled: true, priority: 0, Cancel);
        var attachedAt = bench.Clock.GetUtcNow();
        bench.Clock.Advance(TimeSpan.FromHours(3));

        await using var other = bench.Database();
        await bench.Editor(other)
            .UpdateAsync(
                policy.Id,
                policy.Version,
                PolicyBench.Input(input => (input.Cron, input.TimeZone, input.KeepDays) = (cron, zone, 99)),
                Cancel);

        await using var fresh = bench.Database();
        var stored = await fresh.Set<PolicyAttachment>().SingleAsync(a => a.Id == attachment.Id, Cancel);
        Assert.Equal(anew ? bench.Clock.GetUtcNow() : attachedAt, stored.EvaluatedUntil);
        Assert.Equal(anew ? bench.Clock.GetUtcNow() : null, stored.RescheduledAt);
    }

    [Theory]
    [InlineData("0 * * * *", null, false)]
    [InlineData("15 2 * * *", null, true)]
    [InlineData("30 3 * * 0", null, true)]
    [InlineData("0 * * * *", true, true)]
    [InlineData("30 3 * * 0", false, false)]
    public async Task Where_nobody_says_what_runs_daily_or_less_often_is_made_up_for(string cron, bool? chosen, bool makesUp)
    {
        var policy = await bench.AddPolicyAsync(input => (input.Cron, input.RunOnceAfterDowntime) = (cron, chosen));

        Assert.Equal(makesUp, policy.RunOnceAfterDowntime);
        Assert.Equal(makesUp, PolicyInput.From(policy).RunOnceAfterDowntime);
        Assert.Null(new PolicyInput().RunOnceAfterDowntime);
    }

    [Fact]
    public async Task Every_change_of_a_policy_is_announced_and_one_that_was_refused_is_not()
    {
        var policy = await bench.AddPolicyAsync();
        await using (var db = bench.Database())
            await bench.Editor(db).UpdateAsync(policy.Id, policy.Version, PolicyBench.Input(), Cancel);
        await using (var db = bench.Database())
            await Assert.ThrowsAsync<ConflictException>(() =>
                bench.Editor(db).UpdateAsync(policy.Id, policy.Version, PolicyBench.Input(), Cancel));
        await using (var db = bench.Database())
            await bench.Editor(db).DeleteAsync(policy.Id, Cancel);

        Assert.Equal(3, bench.Messages.Sent.Count(m => m.Type == typeof(PolicyChangeWorker) && m.Args[0].Equals(policy.Id)));
    }

    [Fact]
    public async Task A_policy_is_saved_though_Hangfire_is_away()
    {
        bench.Messages.Failure = new InvalidOperationException();
        var policy = await bench.AddPolicyAsync();
        bench.Messages.Failure = null;

        await using var db = bench.Database();
        Assert.True(await db.Set<BackupPolicy>().AnyAsync(p => p.Id == policy.Id, Cancel));
    }

    [Fact]
    public async Task An_attached_policy_is_not_deleted()
    {
        var policy = await bench.AddPolicyAsync();
        var name = $"source {Guid.NewGuid():N}";
        var source = await bench.AddSourceAsync(name);
        await using var db = bench.Database();
        await bench.Attachments(db).AttachAsync(source, policy.Id, enabled: false, priority: 0, Cancel);

        var e = await Assert.ThrowsAsync<ConflictException>(() => bench.Editor(db).DeleteAsync(policy.Id, Cancel));

        Assert.Contains($"'{name}'", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(await bench.AuditAsync(policy.Id), entry => entry.Action == "policy.deleted");
    }

    [Fact]
    public async Task A_policy_that_is_attached_while_it_is_being_deleted_stays()
    {
        var policy = await bench.AddPolicyAsync();
        var source = await bench.AddSourceAsync($"source {Guid.NewGuid():N}");
        await using var deleting = bench.Database();
        var seen = await deleting.Set<BackupPolicy>().SingleAsync(p => p.Id == policy.Id, Cancel);
        await using (var attaching = bench.Database())
            await bench.Attachments(attaching).AttachAsync(source, policy.Id, enabled: true, priority: 0, Cancel);

        // As the editor does once it has looked, which was before the other one attached.
        deleting.Remove(seen);
        await Assert.ThrowsAsync<DbUpdateException>(() => deleting.SaveChangesAsync(Cancel));
    }

    [Fact]
    public async Task A_destination_that_a_policy_uses_is_not_free()
    {
        var policy = await bench.AddPolicyAsync();
        await using var db = bench.Database();

        var e = await Assert.ThrowsAsync<ConflictException>(() =>
            bench.Editor(db).RequireUnusedAsync(StorageDestination.ManagedId, Cancel));
        await bench.Editor(db).RequireUnusedAsync(Guid.NewGuid(), Cancel);

        Assert.Contains("is used by", e.Message, StringComparison.Ordinal);
        Assert.NotNull(policy);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var db = bench.Database();
        await Assert.ThrowsAsync<NotFoundException>(() => bench.Editor(db).UpdateAsync(Guid.NewGuid(), 1, PolicyBench.Input(), Cancel));
        await Assert.ThrowsAsync<NotFoundException>(() => bench.Editor(db).DeleteAsync(Guid.NewGuid(), Cancel));
    }
}
