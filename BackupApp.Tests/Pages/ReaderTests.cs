using System.Net;
using System.Text.RegularExpressions;
using BackupApp.Accounts.People;
using BackupApp.Tests.Accounts;

namespace BackupApp.Tests.Pages;

/// <summary>What pages offer whom: links that the reader may follow, and times as the reader's clock shows them.</summary>
public sealed partial class ReaderTests(ListPages pages) : IClassFixture<ListPages>, IAsyncLifetime
{
    // Six backups that run and three that wait; what lasts; a pause that ends, and a backup that can be restored. What was noted of
    // moments, and a test that left an object behind which is locked until one.
    private const string Rows =
        """
        insert into backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id, destination_name,
            scheduled_for, created_at, started_at, cancel_requested, bytes_read, bytes_stored)
        select gen_random_uuid(), case when n <= 6 then 'running' else 'queued' end, 'manual', s.id, s.name, 'postgres', d.id, d.name,
            now(), now(), case when n <= 6 then now() end, false, 0, 0
        from (select id, name, row_number() over (order by name desc) as n from data_sources where name like 'source %') s,
            (select id, name from storage_destinations where is_managed) d
        where n <= 9;
        insert into incidents (id, subject, name, data_source_id, environment, kind, cause, reason, action, began_at, told_at,
            reminders, last_good_at, labels, environments)
        select gen_random_uuid(), 'sample', name, id, 'prod', 'overdue', 'sample', 'Nothing has run since 27 Nov 2035 02:15 UTC.',
            'fix_connection', now(), now(), 1, now(), '[]', '[]'
        from data_sources where name = 'first';
        update data_sources set is_active = false, paused_at = now(), paused_until = '2036-11-27 02:15Z', pause_reason = 'migration'
        where name = 'source 001';
        insert into backup_artifacts (id, job_id, kind, position, status, database, size, bytes_read, destination_id, key,
            stored_at, compression)
        select gen_random_uuid(), id, 'database', 0, 'success', 'shop', 1000, 2000, destination_id,
            'first/shop/x_' || id || '.dump.gz', started_at, 'gzip'
        from backup_jobs where status = 'success' and started_at = '2025-03-09 23:30Z';
        insert into audit_log (id, created_at, actor_type, action, target_type, target_id, target_name, metadata)
        select gen_random_uuid(), now() + interval '1 hour', 'system', 'incident.began', 'incident', id, name,
            '{"reason": "Nothing has run since 27 Nov 2035 02:15 UTC.", "until": "2035-11-28T02:15:00+00:00"}'
        from incidents where subject = 'sample';
        update storage_destinations set last_test = '{"ok": true, "code": "ok", "message": "It works.", "latency_ms": 1,
            "tested_at": "2035-11-27T02:15:00Z", "keeps_versions": false, "cannot_delete": true,
            "left_behind": "The test''s object x (5 MiB) stays in the bucket, locked until 28 Nov 2035 02:15 UTC."}'
        where is_managed;
        """;

    private string _source = "";
    private string _paused = "";
    private string _incident = "";
    private string _job = "";
    private string _destination = "";

    public async ValueTask InitializeAsync()
    {
        if (await pages.App.ScalarAsync<long>("select count(*) from incidents") == 0)
            await pages.App.ExecuteAsync(Rows);
        _source = await IdAsync("data_sources where name = 'first'");
        _paused = await IdAsync("data_sources where name = 'source 001'");
        _incident = await IdAsync("incidents");
        _destination = await IdAsync("storage_destinations where is_managed");
        _job = await IdAsync("backup_jobs where started_at = '2025-03-09 23:30Z'");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(UserRole.Viewer)]
    [InlineData(UserRole.Operator)]
    public async Task Every_link_leads_where_its_reader_may_go_and_to_what_it_names(UserRole role)
    {
        using var visitor = await pages.VisitAsync(role);
        var links = new SortedDictionary<string, string>();
        foreach (var page in Pages(role))
        {
            foreach (var link in await LinksAsync(visitor, page))
                links.TryAdd(Id().Replace(link, "{}"), link);
        }

        Assert.Contains("/Jobs?status=running", links.Keys);
        Assert.Contains("/DataSources/{}/Settings#policies", links.Keys);
        Assert.Equal(role == UserRole.Operator, links.ContainsKey("/DataSources/Edit/{}"));
        foreach (var link in links.Values)
        {
            using var answer = await visitor.GetAsync(link.Split('#')[0]);
            // What makes a new way in asks for the password first.
            if (answer.Headers.Location?.OriginalString.StartsWith(Visitor.Confirm, StringComparison.Ordinal) == true)
                continue;
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{link} answered {(int)answer.StatusCode} {answer.Headers.Location}");
            if (link.Split('#') is [_, var place])
                Assert.Contains($" id=\"{place}\"", await Visitor.TextAsync(answer), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_rest_of_what_runs_is_found_behind_its_link()
    {
        using var visitor = await pages.VisitAsync(UserRole.Viewer);

        Assert.Contains(">All backups that wait</a>", await visitor.ReadAsync("/"), StringComparison.Ordinal);
        Assert.Equal(6, Row().Count(await visitor.ReadAsync("/Jobs?status=running")));
        Assert.Equal(3, Row().Count(await visitor.ReadAsync("/Jobs?status=queued")));
    }

    [Fact]
    public async Task No_page_tells_a_time_by_a_clock_that_is_not_the_readers()
    {
        using var berlin = await pages.VisitAsync(UserRole.Operator, "Europe/Berlin");
        foreach (var page in Pages(UserRole.Operator))
            Assert.DoesNotMatch(ForeignTime(), await ReadAsync(berlin, page));

        // Of what needs somebody, on the board, and in its tool tip.
        Assert.Equal(3, Paused().Count(await berlin.ReadAsync("/?q=source+001")));
        Assert.Single(Paused().Matches(await berlin.ReadAsync($"/DataSources/{_paused}")));
        var audit = await berlin.ReadAsync("/Audit");
        Assert.Contains(": Nothing has run since 27 Nov 2035 03:15.", audit, StringComparison.Ordinal);
        Assert.Contains(">28 Nov 2035 03:15</span>", audit, StringComparison.Ordinal);
        Assert.Contains(
            "locked until 28 Nov 2035 03:15.", await berlin.ReadAsync($"/Destinations/{_destination}"), StringComparison.Ordinal);
        Assert.Contains("Made on 10 Mar 2025 00:3", await berlin.ReadAsync("/Checklist"), StringComparison.Ordinal);
        Assert.Contains("<title>Backup of first, 10 Mar 2025 00:30", await berlin.ReadAsync($"/Jobs/{_job}"), StringComparison.Ordinal);
        Assert.Contains(
            "aria-label=\"Restore the backup of 10 Mar 2025 00:30\"",
            await berlin.ReadAsync($"/DataSources/{_source}"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_without_credentials_offers_to_enter_them_and_no_run()
    {
        using var visitor = await pages.VisitAsync(UserRole.Operator);
        var id = await IdAsync("data_sources where name = 'source 005'");

        var row = await visitor.ReadAsync("/?q=source+005");
        row = row[row.IndexOf($"data-held=\"{id}\"", StringComparison.Ordinal)..];

        Assert.Contains($"<a class=\"btn btn-sm\" href=\"/DataSources/Edit/{id}\">Enter credentials", row, StringComparison.Ordinal);
        Assert.DoesNotContain($"value=\"{id}\"", row, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-03-10T00:30", true)]
    [InlineData("2025-03-10T00:29", false)]
    public async Task Backups_up_to_a_time_are_asked_for_by_the_readers_clock(string asOf, bool isFound)
    {
        using var berlin = await pages.VisitAsync(UserRole.Operator, "Europe/Berlin");

        var page = await berlin.ReadAsync($"/Restores/Create?source={_source}&asOf={asOf}");

        Assert.Equal(isFound, page.Contains("As of (Europe/Berlin)", StringComparison.Ordinal));
        Assert.Equal(!isFound, page.Contains("There is no good backup from before that time.", StringComparison.Ordinal));
    }

    private string[] Pages(UserRole role) =>
    [
        "/", "/?q=source+001", $"/DataSources/{_source}", $"/DataSources/{_source}/Settings", $"/DataSources/{_paused}", "/Incidents",
        $"/Incidents/{_incident}", $"/Jobs/{_job}", "/Audit", $"/Destinations/{_destination}", .. role == UserRole.Viewer ? (string[])[] :
            ["/Checklist", $"/Restores/Create?source={_source}"],
    ];

    private async Task<IEnumerable<string>> LinksAsync(Visitor visitor, string page)
    {
        var html = await ReadAsync(visitor, page);
        return Link().Matches(html[html.IndexOf("<main", StringComparison.Ordinal)..])
            .Select(link => new Uri(new Uri(pages.Address, page), link.Groups[1].Value))
            .Select(address => address.PathAndQuery + address.Fragment);
    }

    private static async Task<string> ReadAsync(Visitor visitor, string page)
    {
        using var answer = await visitor.GetAsync(page);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{page} answered {(int)answer.StatusCode}.");
        return await Visitor.TextAsync(answer);
    }

    private async Task<string> IdAsync(string from) => await pages.App.ScalarAsync<string>($"select id::text from {from}") ?? "";

    [GeneratedRegex("<a [^>]*href=\"([^\"]*)\"")]
    private static partial Regex Link();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}")]
    private static partial Regex Id();

    [GeneratedRegex("<tr id=\"job-")]
    private static partial Regex Row();

    [GeneratedRegex("Paused until 27 Nov 2036 03:15: migration\\.")]
    private static partial Regex Paused();

    // The exact time of a tool tip has seconds, and says it beside the reader's own.
    [GeneratedRegex(@"(?<![:\d])\d{2}:\d{2} UTC\b|\(UTC\)")]
    private static partial Regex ForeignTime();
}
