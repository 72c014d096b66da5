using System.Net;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Policies;
using BackupApp.Runs;
using BackupApp.Tests.Accounts;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Protect;

/// <summary>"Protect a database" as a browser without scripts uses it.</summary>
public sealed partial class ProtectPageTests(ProtectFixture fixture) : IClassFixture<ProtectFixture>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await fixture.RequireAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_URI_and_what_it_is_for_make_a_source_with_its_policy_and_a_first_run()
    {
        using var visitor = await fixture.SignInAsync();

        var answer = await visitor.SubmitAsync("/Protect", Fields(fixture.Uri, ("Input.Name", "whole")));

        Assert.StartsWith("/Jobs/", answer.Headers.Location?.OriginalString, StringComparison.Ordinal);
        var source = await SourceAsync("whole");
        Assert.Equal(DataSourceEnvironment.Staging, source!.Environment);
        var policy = await fixture.ReadAsync(db => db.Set<BackupPolicy>().SingleAsync(p => p.Name == "whole", Cancel));
        Assert.Equal(("7 3 * * 2", "Europe/Prague", 30, 5), (policy.Cron, policy.TimeZone, policy.KeepDays, policy.KeepLast));
        Assert.True(policy.RunOnceAfterDowntime);
        Assert.True(await fixture.ReadAsync(db => db.Set<PolicyAttachment>().AnyAsync(
            a => a.DataSourceId == source.Id && a.PolicyId == policy.Id && a.IsEnabled, Cancel)));
        var job = await fixture.ReadAsync(db => db.Set<BackupJob>().SingleAsync(j => j.DataSourceId == source.Id, Cancel));
        Assert.Equal((RunStatus.Queued, BackupTrigger.Manual, policy.Id), (job.Status, job.Trigger, job.PolicyId));
        Assert.EndsWith($"{job.Id}", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.NotNull(job.HangfireJobId);
        var actions = await AuditAsync(source.Id, policy.Id, job.Id);
        Assert.Equal(
            [
                AuditActions.BackupManualRun, AuditActions.DataSourceCreated, AuditActions.DataSourceCredentialsSet,
                AuditActions.DataSourceVerifyAttempted, AuditActions.PolicyAttached, AuditActions.PolicyCreated,
            ],
            actions.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_wrong_is_said_all_at_once_at_its_fields_and_nothing_is_saved()
    {
        using var visitor = await fixture.SignInAsync();
        var before = await CountsAsync();

        var answer = await visitor.SubmitAsync(
            "/Protect",
            ("Input.Mode", "ConnectionUri"),
            ("Input.Uri", "http://nonsense"),
            ("Terms.Environment", ""),
            ("Terms.Schedule.Every", "Daily"),
            ("Terms.Schedule.Time", "late"),
            ("Terms.TimeZone", "Europe/Nowhere"),
            ("Terms.KeepDays", "-1"),
            ("Terms.KeepLast", "7"),
            ("Terms.DestinationId", $"{StorageDestination.ManagedId}"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = await Visitor.TextAsync(answer);
        foreach (var said in (string[])
            [
                "Must start with postgresql://", "Choose what it is for", "Give a time of day", "There is no time zone 'Europe/Nowhere'",
                "Give a number of days from 0",
            ])
            Assert.Contains(said, page, StringComparison.Ordinal);
        Assert.Equal(before, await CountsAsync());
    }

    [Theory]
    [InlineData("a destination that is gone", "There is no such destination")]
    [InlineData("a name that is taken", "There is a data source named")]
    [InlineData("a policy that is gone", "There is no such policy")]
    public async Task What_is_found_in_the_middle_undoes_what_was_written_before_it(string what, string said)
    {
        using var visitor = await fixture.SignInAsync();
        var taken = $"taken {Guid.NewGuid():N}";
        if (what == "a name that is taken")
            await visitor.SubmitAsync("/Protect", Fields(fixture.Uri, ("Input.Name", taken)));
        var before = await CountsAsync();
        (string, string) wrong = what switch
        {
            "a destination that is gone" => ("Terms.DestinationId", $"{Guid.NewGuid()}"),
            "a policy that is gone" => ("Terms.PolicyId", $"{Guid.NewGuid()}"),
            _ => ("Input.Name", taken),
        };

        var answer = await visitor.SubmitAsync("/Protect", Fields(fixture.Uri, wrong));

        Assert.Contains(said, await Visitor.TextAsync(answer), StringComparison.Ordinal);
        Assert.Equal(before, await CountsAsync());
    }

    [Fact]
    public async Task A_login_that_is_refused_is_saved_said_and_not_run()
    {
        using var visitor = await fixture.SignInAsync();

        var answer = await visitor.SubmitAsync(
            "/Protect", Fields(fixture.UriOf(fixture.Database, "wrong"), ("Input.Name", "refused")));

        var source = await SourceAsync("refused");
        Assert.Equal($"/DataSources/{source!.Id}", answer.Headers.Location?.OriginalString);
        Assert.Contains(
            "Saved, but it does not work yet: ", await visitor.ReadAsync($"/DataSources/{source.Id}"), StringComparison.Ordinal);
        Assert.True(await fixture.ReadAsync(db => db.Set<PolicyAttachment>().AnyAsync(a => a.DataSourceId == source.Id, Cancel)));
        Assert.False(await fixture.ReadAsync(db => db.Set<BackupJob>().AnyAsync(j => j.DataSourceId == source.Id, Cancel)));
    }

    [Fact]
    public async Task An_existing_policy_is_attached_and_no_other_is_made()
    {
        using var visitor = await fixture.SignInAsync();
        await visitor.SubmitAsync("/Protect", Fields(fixture.Uri, ("Input.Name", "first of two")));
        var policy = await fixture.ReadAsync(db => db.Set<BackupPolicy>().SingleAsync(p => p.Name == "first of two", Cancel));
        Assert.Contains(
            "first of two: Every Tuesday at 03:07 Europe/Prague, to Server storage", await visitor.ReadAsync("/Protect"),
            StringComparison.Ordinal);

        await visitor.SubmitAsync(
            "/Protect", Fields(fixture.Uri, ("Input.Name", "second of two"), ("Terms.PolicyId", $"{policy.Id}")));

        var second = await SourceAsync("second of two");
        var attached = await fixture.ReadAsync(db => db.Set<PolicyAttachment>()
            .Where(a => a.DataSourceId == second!.Id).Select(a => a.PolicyId).ToListAsync(Cancel));
        Assert.Equal([policy.Id], attached);
        Assert.False(await fixture.ReadAsync(db => db.Set<BackupPolicy>().AnyAsync(p => p.Name == "second of two", Cancel)));
    }

    [Fact]
    public async Task A_test_saves_nothing_offers_what_is_on_the_server_and_keeps_the_URI_without_showing_it()
    {
        using var visitor = await fixture.SignInAsync();
        var before = await CountsAsync();

        var page = await Visitor.TextAsync(await visitor.SubmitAsync("/Protect?handler=Try", Fields(fixture.Uri)));

        Assert.Contains("Connects in", page, StringComparison.Ordinal);
        Assert.Contains($"value=\"database:{fixture.Beside}\"", page, StringComparison.Ordinal);
        Assert.Contains("The whole server", page, StringComparison.Ordinal);
        Assert.DoesNotContain(fixture.Uri, page, StringComparison.Ordinal);
        Assert.Equal(before, await CountsAsync());

        var kept = Attribute(page, "name=\"KeptUri\" value=\"");
        (string, string)[] fields = Fields("", ("KeptUri", kept), ("Terms.What", "server"), ("Input.Name", "kept"));
        var answer = await visitor.SubmitAsync("/Protect", fields);
        var made = (await SourceAsync("kept"))!;
        Assert.True(made.LastTest?.Code == ConnectionTestCode.Ok, made.LastTest?.Message);
        Assert.StartsWith("/Jobs/", answer.Headers.Location?.OriginalString, StringComparison.Ordinal);
        Assert.Equal(SourceScope.Server, made.Selection.Scope);
    }

    [Fact]
    public async Task Without_a_name_a_source_is_called_after_the_database_that_was_picked()
    {
        using var visitor = await fixture.SignInAsync();

        await visitor.SubmitAsync("/Protect", Fields(fixture.UriOf("postgres"), ("Terms.What", $"database:{fixture.Database}")));

        Assert.Equal(fixture.Database, (await SourceAsync(fixture.Database))!.Database);
    }

    [Theory]
    [InlineData("/Protect")]
    [InlineData("/Protect/Many")]
    public async Task The_destination_is_tested_as_it_is(string path)
    {
        using var visitor = await fixture.SignInAsync();

        var page = await Visitor.TextAsync(await visitor.SubmitAsync($"{path}?handler=TestDestination", Fields("")));

        Assert.Contains("It stores, reads and deletes.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_URIs_are_tried_and_those_that_work_are_protected_by_one_policy()
    {
        using var visitor = await fixture.SignInAsync();
        var lines = string.Join('\n', fixture.UriOf("postgres"), "nonsense", "", fixture.UriOf("template1"), fixture.UriOf("none_such"));
        (string, string)[] fields = [.. Fields("").Where(f => !f.Item1.StartsWith("Input.", StringComparison.Ordinal)), ("Uris", lines)];

        var tried = await Visitor.TextAsync(await visitor.SubmitAsync("/Protect/Many?handler=Try", fields));
        Assert.Contains("2 of 4 connect", tried, StringComparison.Ordinal);
        Assert.Contains("Must start with postgresql://", tried, StringComparison.Ordinal);
        Assert.DoesNotContain(lines.Split('\n')[0], tried, StringComparison.Ordinal);
        var policies = await fixture.ReadAsync(db => db.Set<BackupPolicy>().CountAsync(Cancel));

        var kept = Attribute(tried, "name=\"Kept\" value=\"");
        (string, string)[] again = [.. fields.Where(f => f.Item1 != "Uris"), ("Kept", kept), ("RunsNow", "true")];
        var made = await Visitor.TextAsync(await visitor.SubmitAsync("/Protect/Many", again));

        Assert.Contains("2 of 4 are protected", made, StringComparison.Ordinal);
        Assert.Equal(policies + 1, await fixture.ReadAsync(db => db.Set<BackupPolicy>().CountAsync(Cancel)));
        var queued = await fixture.ReadAsync(db => db.Set<BackupJob>()
            .Where(j => j.DataSourceName == "postgres on 127.0.0.1" || j.DataSourceName == "template1 on 127.0.0.1")
            .ToListAsync(Cancel));
        Assert.Equal(2, queued.Count);
        Assert.Single(queued.Select(j => j.PolicyId).Distinct());
    }
}
