using System.Net;
using BackupApp.Policies;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Pages;

/// <summary>The pages of a data source and of its backups, through the whole app.</summary>
[Collection(nameof(BackupsOfOneApp))]
public sealed class SourcePagesTests(JobBench bench)
{
    [Fact]
    public async Task A_policy_that_is_added_from_a_source_is_attached_and_its_backup_says_when_it_expires_and_runs_again()
    {
        await bench.RequireAsync();
        var source = await SourceAsync();
        var settings = await PageAsync($"/DataSources/{source}/Settings");
        var add = $"/Policies/Create?source={source}";
        Assert.Contains($"href=\"{add}\"", settings, StringComparison.Ordinal);

        var (location, html) = await bench.Client.SubmitAsync("/Policies/Create", $"?source={source}", Policy("Nightly"));

        Assert.True(location == $"/DataSources/{source}", $"{location} {html}");
        await using var db = bench.Database();
        var policy = await db.Set<PolicyAttachment>().Where(a => a.DataSourceId == source).Select(a => a.PolicyId).SingleAsync(Cancel);
        Assert.Contains(", next ", await PageAsync($"/DataSources/{source}"), StringComparison.Ordinal);

        var job = await bench.Client.RunPolicyAsync(source, policy);
        await bench.Client.FinishedAsync(job);
        Assert.Contains("It is the newest good backup", await PageAsync($"/Jobs/{job}"), StringComparison.Ordinal);

        var (again, _) = await bench.Client.SubmitAsync($"/Jobs/{job}", "?handler=RunAgain", []);
        var second = Guid.Parse(again!["/Jobs/".Length..]);
        await bench.Client.FinishedAsync(second);
        Assert.Equal(policy, (await bench.JobAsync(second)).PolicyId);
        var page = await PageAsync($"/Jobs/{job}");
        Assert.Contains($"rel=\"next\" href=\"/Jobs/{second}\"", page, StringComparison.Ordinal);
        Assert.Contains("It expires", page, StringComparison.Ordinal);
        Assert.Contains(", when it is older than 14 days, by ", page, StringComparison.Ordinal);

        // Detached, the same goes to the same destination without a policy.
        await bench.Client.SubmitAsync(
            $"/DataSources/{source}", "/Policies?handler=Detach", new() { ["PolicyId"] = policy.ToString() });
        Assert.Contains("is not attached any more", await PageAsync($"/Jobs/{job}"), StringComparison.Ordinal);
        var (loose, _) = await bench.Client.SubmitAsync($"/Jobs/{job}", "?handler=RunAgain", []);
        var third = await bench.JobAsync(Guid.Parse(loose!["/Jobs/".Length..]));
        Assert.Null(third.PolicyId);
        Assert.Equal((await bench.JobAsync(job)).DestinationId, third.DestinationId);
        await bench.Client.FinishedAsync(third.Id);
    }

    [Fact]
    public async Task A_policy_with_a_fault_is_neither_added_nor_attached()
    {
        await bench.RequireAsync();
        var source = await SourceAsync();

        var (location, html) = await bench.Client.SubmitAsync(
            "/Policies/Create", $"?source={source}", new(Policy("Bad")) { ["Input.Cron"] = "every day" });

        Assert.Null(location);
        Assert.Contains("It is attached to", html, StringComparison.Ordinal);
        await using var db = bench.Database();
        Assert.False(await db.Set<PolicyAttachment>().AnyAsync(a => a.DataSourceId == source, Cancel));
    }

    [Fact]
    public async Task The_promise_can_be_set_and_taken_back_and_a_wrong_one_is_said_beside_its_field()
    {
        await bench.RequireAsync();
        var source = await SourceAsync();
        var path = $"/DataSources/{source}/Settings";

        await bench.Client.SubmitAsync(path, "?handler=Promise", new() { ["Input.MaxAgeHours"] = "36" });
        var set = await PageAsync(path);
        Assert.Contains("Its newest good backup is never older than 36 h, as somebody set it.", set, StringComparison.Ordinal);
        Assert.Contains("value=\"36\"", set, StringComparison.Ordinal);

        var (location, wrong) = await bench.Client.SubmitAsync(path, "?handler=Promise", new() { ["Input.MaxAgeHours"] = "0" });
        Assert.Null(location);
        Assert.Contains("Give a number of hours from 1 to 8784, or nothing.", wrong, StringComparison.Ordinal);

        await bench.Client.SubmitAsync(path, "?handler=Promise", new() { ["Input.MaxAgeHours"] = "" });
        Assert.Contains("Nothing is promised", await PageAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_run_knows_how_large_the_database_is_and_every_section_has_the_same_head()
    {
        await bench.RequireAsync();
        var source = await SourceAsync();
        var job = await bench.Client.RunNowAsync(source);
        await bench.Client.FinishedAsync(job);
        await bench.Client.FinishedAsync(await bench.Client.RunNowAsync(source));

        var first = await bench.JobAsync(job);
        Assert.True(first.ExpectedBytes > 1_000_000, $"{first.ExpectedBytes}");
        Assert.True(first.IsExpectedByDatabase);
        foreach (var section in (string[])["", "/Contents", "/Restores", "/Settings"])
        {
            var page = await PageAsync($"/DataSources/{source}{section}");
            Assert.Contains("aria-label=\"Pages of this data source\"", page, StringComparison.Ordinal);
            Assert.Contains("Age / promise", page, StringComparison.Ordinal);
            Assert.Contains("?handler=RunNow", page, StringComparison.Ordinal);
            Assert.Contains($"aria-current=\"page\" href=\"/DataSources/{source}{section}\"", page, StringComparison.Ordinal);
        }

        var day = first.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains($"/DataSources/{source}?day={day}#history", await PageAsync($"/DataSources/{source}"), StringComparison.Ordinal);
        Assert.Contains($"href=\"/Jobs/{job}\"", await PageAsync($"/DataSources/{source}?day={day}"), StringComparison.Ordinal);
        Assert.Contains("Nothing ran", await PageAsync($"/DataSources/{source}?day=2020-02-29"), StringComparison.Ordinal);
        Assert.Contains("Nothing ran", await PageAsync($"/DataSources/{source}?day=9999-12-31"), StringComparison.Ordinal);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<Guid> SourceAsync() => await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync("pages"));

    private static Dictionary<string, string> Policy(string name) => new()
    {
        ["Input.Name"] = $"{name} {Guid.NewGuid():N}",
        ["Input.Cron"] = "15 2 * * *",
        ["Input.TimeZone"] = "UTC",
        ["Input.KeepDays"] = "14",
        ["Input.KeepLast"] = "7",
        ["Input.CompressionLevel"] = "6",
        ["Input.DestinationId"] = "00000000-0000-7000-8000-000000000001",
    };

    private async Task<string> PageAsync(string path) => WebUtility.HtmlDecode(await bench.Client.GetAsync(path));
}
