using System.Net;
using System.Text.RegularExpressions;
using BackupApp.Accounts.People;
using BackupApp.Tests.Accounts;

namespace BackupApp.Tests.Pages;

/// <summary>Lists as a person sees them, over rows that were written straight into the database.</summary>
public sealed partial class ListPagesTests(ListPages pages) : IClassFixture<ListPages>
{
    [Fact]
    public async Task A_filter_by_day_means_the_day_of_the_viewers_zone_and_each_time_is_told_in_it()
    {
        using var berlin = await pages.VisitAsync(UserRole.Viewer, "Europe/Berlin");
        using var utc = await pages.VisitAsync(UserRole.Viewer, "UTC");
        const string day = "/Jobs?from=2025-03-10&to=2025-03-10";

        // The one job of 23:30 UTC on the ninth is of the tenth in Berlin, and that of 23:30 on the tenth is not.
        Assert.Equal(["2025-03-09T23:30:00.000Z"], Times(await berlin.ReadAsync(day)));
        Assert.Equal(["2025-03-10T23:30:00.000Z"], Times(await utc.ReadAsync(day)));
        var page = await berlin.ReadAsync(day);
        Assert.Contains(">10 Mar 2025 00:30</span>", page, StringComparison.Ordinal);
        Assert.Contains("title=\"10 Mar 2025 00:30:00 in Europe/Berlin, 9 Mar 2025 23:30:00 UTC\"", page, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(page, "Times are in"));
        Assert.Contains("Europe/Berlin, UTC+", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/Jobs", true)]
    [InlineData("/", true)]
    [InlineData("/Identity/Account/Manage/ApiTokens", false)]
    [InlineData("/Users", false)]
    public async Task Pages_are_compressed_where_no_secret_could_be_told_from_their_length(string path, bool isCompressed)
    {
        using var viewer = await pages.VisitAsync(UserRole.Viewer);

        using var answer = await viewer.SendAsync(HttpMethod.Get, path, ("Accept-Encoding", "br, gzip"));

        Assert.Equal(isCompressed ? ["br"] : [], answer.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Without_a_channel_that_is_told_above_the_fold_and_without_an_address_that_alerts_have_no_links()
    {
        using var viewer = await pages.VisitAsync(UserRole.Viewer);

        var (dashboard, alerts) = (await viewer.ReadAsync("/"), await viewer.ReadAsync("/Channels"));

        var (told, fold) = (
            dashboard.IndexOf("nobody learns it who does not look here", StringComparison.Ordinal),
            dashboard.IndexOf("needs-more", StringComparison.Ordinal));
        Assert.InRange(told, 0, fold < 0 ? int.MaxValue : fold);
        Assert.Contains("Alerts have no links to what they are about", alerts, StringComparison.Ordinal);
        Assert.Contains("<code>BackupApp__PublicUrl</code>", alerts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_chip_takes_its_own_filter_away()
    {
        using var viewer = await pages.VisitAsync(UserRole.Viewer);

        var page = await viewer.ReadAsync("/Jobs?status=failed&trigger=manual&sort=-stored");

        Assert.Contains("class=\"chip\" href=\"/Jobs?trigger=manual&sort=-stored\"", page, StringComparison.Ordinal);
        Assert.Contains("class=\"chip\" href=\"/Jobs?status=failed&sort=-stored\"", page, StringComparison.Ordinal);
        Assert.Contains("class=\"chip-clear\" href=\"/Jobs?sort=-stored\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_sorted_by_its_heads_and_says_by_which()
    {
        using var viewer = await pages.VisitAsync(UserRole.Viewer);

        var largest = await viewer.ReadAsync("/Jobs?status=success&sort=-stored");
        Assert.Contains("aria-sort=\"descending\"", largest, StringComparison.Ordinal);
        Assert.Equal(["9.0 MiB", "8.0 MiB", "7.0 MiB"], Sizes(largest).Take(3));
        Assert.Equal(["1.0 MiB", "2.0 MiB", "3.0 MiB"], Sizes(await viewer.ReadAsync("/Jobs?status=success&sort=stored")).Take(3));
        var oldest = Times(await viewer.ReadAsync("/Jobs?sort=time"));
        Assert.Equal(oldest.Order(StringComparer.Ordinal), oldest);
        Assert.Equal("2025-03-09T23:30:00.000Z", oldest[0]);
        var names = Names(await viewer.ReadAsync("/DataSources?sort=-name"));
        Assert.Equal(names.OrderDescending(StringComparer.OrdinalIgnoreCase), names);
    }

    [Fact]
    public async Task Of_what_failed_or_was_canceled_no_stored_size_is_shown()
    {
        using var viewer = await pages.VisitAsync(UserRole.Viewer);

        Assert.Empty(Sizes(await viewer.ReadAsync("/Jobs?status=failed")));
        Assert.Empty(Sizes(await viewer.ReadAsync("/Jobs?status=canceled")));
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("canceled")]
    public async Task Of_what_left_nothing_no_ratio_is_shown_either(string status)
    {
        using var viewer = await pages.VisitAsync(UserRole.Viewer);
        var good = await pages.App.ScalarAsync<Guid>("select id from backup_jobs where status = 'success' limit 1");
        var none = await pages.App.ScalarAsync<Guid>($"select id from backup_jobs where status = '{status}' limit 1");

        Assert.Contains("(5.0 : 1)", await viewer.ReadAsync($"/Jobs/{good}"), StringComparison.Ordinal);
        var page = await viewer.ReadAsync($"/Jobs/{none}");
        Assert.Matches(@"<dt>Stored</dt>\s*<dd>\s*Nothing\s*</dd>", page);
    }

    [Fact]
    public async Task A_history_is_followed_where_what_begins_now_would_show_and_stays_the_page_that_it_is()
    {
        using var viewer = await pages.VisitAsync(UserRole.Viewer);
        var source = await pages.App.ScalarAsync<Guid>("select id from data_sources where name = 'first'");
        var path = $"/DataSources/{source}";
        var since = new BackupApp.Data.KeysetCursor(new(2025, 3, 12, 0, 0, 0, TimeSpan.Zero), Guid.Empty);

        Assert.Equal((path + "?handler=History", "15000", "true"), Live(await viewer.ReadAsync(path)));
        Assert.Equal(
            ($"{path}?after={since}&handler=History", "15000", "false"), Live(await viewer.ReadAsync($"{path}?after={since}")));
        Assert.Equal("false", Live(await viewer.ReadAsync($"{path}?day=2025-03-10")).IsActive);
        var older = await viewer.ReadAsync($"{path}?after={since}&handler=History");
        Assert.Contains("#history\"", older, StringComparison.Ordinal);
        Assert.Equal(3, Row().Count(older));

        var empty = await pages.App.ScalarAsync<Guid>("select id from data_sources where name = 'source 050'");
        Assert.Contains("No backups yet", await viewer.ReadAsync($"/DataSources/{empty}?handler=History"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_history_comes_as_a_file_with_the_same_filter_and_without_formulas()
    {
        using var viewer = await pages.VisitAsync(UserRole.Viewer);

        using var answer = await viewer.GetAsync("/Jobs?status=failed&handler=Csv");
        var lines = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment; filename=\"backup-jobs.csv\"", answer.Content.Headers.GetValues("Content-Disposition").Single());
        Assert.StartsWith("created,started,finished,seconds,data_source,status,", lines[0], StringComparison.Ordinal);
        Assert.Equal(ListPages.Failed, lines.Length - 1);
        Assert.All(lines[1..], line => Assert.Contains(",failed,", line, StringComparison.Ordinal));
        Assert.Contains("\"'=cmd|' /C calc'!A0\"", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_log_is_read_as_sentences_and_people_stand_alone_when_asked_for()
    {
        using var viewer = await pages.VisitAsync(UserRole.Viewer);

        var all = await viewer.ReadAsync("/Audit");
        var people = await viewer.ReadAsync("/Audit?people=true");
        using var file = await viewer.GetAsync("/Audit?people=true&handler=Csv");
        var lines = await file.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Contains(">BackupApp</span>", all, StringComparison.Ordinal);
        Assert.DoesNotContain(">BackupApp</span>", people, StringComparison.Ordinal);
        Assert.Contains("signed in.", people, StringComparison.Ordinal);
        Assert.DoesNotContain(",system,", lines, StringComparison.Ordinal);
        Assert.Contains("signed in.\"", lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_signed_in_keeps_the_menu_where_nothing_is_and_where_nothing_is_allowed()
    {
        using var viewer = await pages.VisitAsync(UserRole.Viewer);

        using var missing = await viewer.GetAsync("/nothing/here");
        using var refused = await viewer.GetAsync("/DataSources/Create");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Forbidden), (missing.StatusCode, refused.StatusCode));
        Assert.Contains("<nav aria-label=\"Main\">", await Visitor.TextAsync(missing), StringComparison.Ordinal);
        var page = await Visitor.TextAsync(refused);
        Assert.Contains("<nav aria-label=\"Main\">", page, StringComparison.Ordinal);
        Assert.Contains("Your role does not include this.", page, StringComparison.Ordinal);
        using var stranger = new Visitor(pages.Address);
        Assert.DoesNotContain("<nav", await stranger.ReadAsync("/Error/404"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_comes_back_has_the_focus_in_its_first_wrong_field_alone()
    {
        using var viewer = await pages.VisitAsync(UserRole.Viewer);

        var page = await Visitor.TextAsync(await viewer.SubmitAsync("/Identity/Account/Manage/ChangePassword", ("Input.New", "x")));

        var wrong = Wrong().Matches(page);
        Assert.True(wrong.Count > 1, page);
        Assert.Contains("autofocus", wrong[0].Value, StringComparison.Ordinal);
        Assert.All(wrong.Skip(1), field => Assert.DoesNotContain("autofocus", field.Value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_script_style_and_picture_of_a_page_has_a_hashed_name_that_browsers_keep()
    {
        using var viewer = await pages.VisitAsync(UserRole.Viewer);
        var page = await viewer.ReadAsync("/Policies");
        var files = Asset().Matches(page).Select(m => m.Groups[1].Value.Split('#')[0]).Distinct().ToList();

        Assert.Contains(files, f => f.StartsWith("/js/live.", StringComparison.Ordinal));
        Assert.Contains(files, f => f.StartsWith("/lib/tabler/icons.", StringComparison.Ordinal));
        foreach (var file in files)
        {
            using var answer = await viewer.GetAsync(file);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, file);
            Assert.True(answer.Headers.CacheControl?.ToString() == "max-age=31536000, immutable", $"{file}: {answer.Headers.CacheControl}");
        }
    }

    private static string[] Times(string page) =>
        [.. Row().Matches(page).Select(m => Time().Match(m.Value).Groups[1].Value)];

    private static (string Address, string Interval, string IsActive) Live(string page)
    {
        var found = LiveHistory().Match(page).Groups;
        return (found[1].Value, found[2].Value, found[3].Value);
    }

    private static string[] Sizes(string page) => [.. Size().Matches(page).Select(m => m.Groups[1].Value)];

    private static string[] Names(string page) => [.. RowLink().Matches(page).Select(m => m.Groups[1].Value)];

    [GeneratedRegex("id=\"history\" data-live=\"([^\"]*)\"\\s+data-live-interval=\"([^\"]*)\"\\s+data-live-active=\"([^\"]*)\"")]
    private static partial Regex LiveHistory();

    [GeneratedRegex("<tr id=\"job-[\\s\\S]*?</tr>")]
    private static partial Regex Row();

    [GeneratedRegex("datetime=\"([^\"]+)\"")]
    private static partial Regex Time();

    [GeneratedRegex("<span class=\"quantity\" title=\"[0-9,]+ bytes\">([^<]+)</span>")]
    private static partial Regex Size();

    [GeneratedRegex("class=\"row-link\"[^>]*>([^<]+)</a>")]
    private static partial Regex RowLink();

    [GeneratedRegex("<(?:input|select|textarea)[^>]*aria-invalid=\"true\"[^>]*>")]
    private static partial Regex Wrong();

    [GeneratedRegex("(?:src|href)=\"((?:/js/|/css/|/lib/|/favicon)[^\"]+)\"")]
    private static partial Regex Asset();
}
