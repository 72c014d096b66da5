using System.Net;
using BackupApp.Accounts.People;
using BackupApp.Tests.Accounts;

namespace BackupApp.Tests.Pages;

/// <summary>The same done to many sources, each with its own entry in the audit log.</summary>
public sealed class BulkTests(ListPages pages) : IClassFixture<ListPages>
{
    private const string Preview = "/DataSources/Bulk?handler=Preview";
    private const string Run = "/DataSources/Bulk?handler=Run";

    [Fact]
    public async Task Ticked_sources_are_paused_after_a_preview_and_each_is_audited()
    {
        using var @operator = await pages.VisitAsync(UserRole.Operator);
        var ids = await IdsAsync("name in ('source 113', 'source 114')");

        var preview = await Visitor.TextAsync(await PostAsync(@operator, Preview, ("Action", "Pause"), ("Ids", ids[0]), ("Ids", ids[1])));
        Assert.Contains("Pause 2 data sources?", preview, StringComparison.Ordinal);
        Assert.Contains("It cannot be backed up until it is resumed.", preview, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync("data_sources where not is_active and name in ('source 113', 'source 114')"));

        var done = await PostAsync(
            @operator, Run, ("Action", "Pause"), ("Ids", string.Join(',', ids)), ("hours", "24"), ("why", "migration"));
        Assert.Equal((HttpStatusCode.Redirect, "/DataSources"), (done.StatusCode, done.Headers.Location?.OriginalString));
        var list = await @operator.ReadAsync("/DataSources");
        Assert.Contains("2 data sources paused.", list, StringComparison.Ordinal);
        Assert.Contains("class=\"alert alert-warning\" role=\"status\"", list, StringComparison.Ordinal);
        Assert.DoesNotContain("alert-success", list, StringComparison.Ordinal);
        Assert.Equal(2, await CountAsync("data_sources where not is_active and pause_reason = 'migration'"));
        Assert.Equal(
            2,
            await CountAsync(
                "audit_log where action = 'datasource.deactivated' and actor_type = 'user' "
                    + "and target_name in ('source 113', 'source 114')"));
    }

    [Fact]
    public async Task What_was_pasted_as_the_reason_of_a_pause_is_taken_as_one_line()
    {
        using var @operator = await pages.VisitAsync(UserRole.Operator);
        var ids = await IdsAsync("name in ('source 108', 'source 109')");

        await PostAsync(
            @operator, Run, ("Action", "Pause"), ("Ids", ids[0]), ("hours", "24"), ("why", "the\tserver\tmoves"));
        await PostAsync(
            @operator, $"/DataSources/{ids[1]}?handler=SetActive", ("active", "false"), ("hours", "24"), ("why", "the\tserver\tmoves"));

        Assert.Equal(2, await CountAsync("data_sources where not is_active and pause_reason = 'the server moves'"));
    }

    [Fact]
    public async Task All_that_fit_a_filter_are_meant_and_not_only_a_page_of_them()
    {
        using var @operator = await pages.VisitAsync(UserRole.Operator);

        var preview = await Visitor.TextAsync(await PostAsync(@operator, Preview + "&q=source+0", ("Action", "Pause"), ("All", "true")));

        Assert.Contains("Pause 99 data sources?", preview, StringComparison.Ordinal);
        Assert.DoesNotContain(">first<", preview, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_filter_is_kept_through_preview_refusal_run_and_change_of_mind()
    {
        using var @operator = await pages.VisitAsync(UserRole.Operator);
        const string list = "/DataSources?q=source%20115&sort=-name";
        const string filter = "&q=source%20115&sort=-name";

        var preview = await Visitor.TextAsync(await PostAsync(@operator, Preview + filter, ("Action", "Delete"), ("All", "true")));
        Assert.Contains($"href=\"{list}\">Leave them as they are", preview, StringComparison.Ordinal);
        Assert.Contains($"action=\"{Run}{filter}\"", preview, StringComparison.Ordinal);
        Assert.Equal(2, preview.Split($"href=\"{list}\"").Length - 1);

        var ids = (await IdsAsync("name = 'source 115'"))[0];
        var asked = await PostAsync(@operator, Run + filter, ("Action", "Delete"), ("Ids", ids), ("Input.Typed", "0"));
        Assert.Contains($"action=\"{Run}{filter}\"", await Visitor.TextAsync(asked), StringComparison.Ordinal);
        foreach (var answer in new[]
            {
                await PostAsync(@operator, Run + filter, ("Action", "Pause"), ("Ids", ids), ("hours", "1")),
                await PostAsync(@operator, Preview + filter, ("Action", "Pause")),
                await @operator.GetAsync("/DataSources/Bulk?q=source%20115&sort=-name"),
            })
            Assert.Equal((HttpStatusCode.Redirect, list), (answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task A_deletion_wants_their_number_typed()
    {
        using var @operator = await pages.VisitAsync(UserRole.Operator);
        var ids = string.Join(',', await IdsAsync("name in ('source 110', 'source 111', 'source 112')"));

        var asked = await PostAsync(@operator, Run, ("Action", "Delete"), ("Ids", ids), ("Input.Typed", "2"));
        Assert.Contains("Type the number of data sources that are deleted: 3", await Visitor.TextAsync(asked), StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync("data_sources where deleted_at is not null"));
        await PostAsync(@operator, Run, ("Action", "Delete"), ("Ids", ids), ("Input.Typed", "3"));
        Assert.Equal(3, await CountAsync("data_sources where deleted_at is not null"));
        Assert.Equal(3, await CountAsync("audit_log where action = 'datasource.deleted'"));
    }

    [Fact]
    public async Task Nothing_ticked_and_nothing_allowed_change_nothing()
    {
        using var @operator = await pages.VisitAsync(UserRole.Operator);
        using var viewer = await pages.VisitAsync(UserRole.Viewer);
        var id = (await IdsAsync("name = 'source 005'"))[0];

        await PostAsync(@operator, Preview, ("Action", "Pause"));
        Assert.Contains("Tick the data sources that you mean.", await @operator.ReadAsync("/DataSources"), StringComparison.Ordinal);
        Assert.DoesNotContain("bulk-tick", await viewer.ReadAsync("/DataSources"), StringComparison.Ordinal);
        var refused = await viewer.PostAsync(Run, ("Action", "Pause"), ("Ids", id));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(0, await CountAsync("data_sources where not is_active and name = 'source 005'"));
    }

    private static async Task<HttpResponseMessage> PostAsync(Visitor visitor, string path, params (string Name, string Value)[] fields) =>
        await visitor.PostAsync(path, [("__RequestVerificationToken", await visitor.AntiforgeryTokenAsync("/DataSources")), .. fields]);

    private async Task<string[]> IdsAsync(string where) =>
        await pages.App.ScalarAsync<string[]>($"select array_agg(id::text order by name) from data_sources where {where}") ?? [];

    private async Task<long> CountAsync(string from) => await pages.App.ScalarAsync<long>($"select count(*) from {from}");
}
