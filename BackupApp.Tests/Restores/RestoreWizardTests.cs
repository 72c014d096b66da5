using System.Net;
using System.Text.RegularExpressions;
using BackupApp.Engines.Restores;
using BackupApp.Restores;
using BackupApp.Runs;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Restores;

/// <summary>What the wizard suggests, and picking from what is kept of a backup, through the whole app.</summary>
[Collection(nameof(BackupsOfOneApp))]
public sealed class RestoreWizardTests(JobBench bench)
{
    private const string Odd = "a \"b\" <i>.c";

    [Fact]
    public async Task The_last_backup_before_a_loss_is_suggested_with_its_reason_and_the_lost_table_is_one_click_away()
    {
        await bench.RequireAsync();
        var database = await bench.Postgres.CreateDatabaseAsync(
            "shop", "CREATE TABLE orders AS SELECT generate_series(1, 20000) AS n; CREATE TABLE others AS SELECT 1 AS n");
        var source = await bench.AddSourceAsync(database);
        var good = await BackUpAsync(source);
        await bench.Postgres.ExecuteAsync("TRUNCATE orders", database);
        var bad = await BackUpAsync(source);

        var page = await PageAsync($"/Restores/Create?source={source}");

        Assert.True(IsChecked(page, good.Artifact.ToString()));
        Assert.False(IsChecked(page, bad.Artifact.ToString()));
        Assert.Contains("last before orders lost its rows", page, StringComparison.Ordinal);
        Assert.Contains("orders: 20,000 → 0 rows", page, StringComparison.Ordinal);
        Assert.Equal((true, false), (IsChecked(page, "Beside"), IsChecked(page, "Replace")));
        Assert.Contains("Everything: 2 tables, 20,001 rows", page, StringComparison.Ordinal);

        // From the warning: the backup before it, and just that table.
        var warning = await PageAsync($"/Jobs/{bad.Job}/Contents");
        var lost = await PageAsync(Link(
            warning, $"/Restores/Create?before={bad.Job}&database={database}&schema=public&table=orders"));
        Assert.True(IsChecked(lost, good.Artifact.ToString()));
        Assert.True(IsChecked(lost, PickKey.Of("public", "orders")));
        Assert.False(IsChecked(lost, PickKey.Of("public", "others")));
        Assert.DoesNotContain(bad.Artifact.ToString(), lost, StringComparison.Ordinal);
        Assert.Contains("Checked: 1 table, 20,000 rows", lost, StringComparison.Ordinal);

        // From the changes, and from the table's own page.
        Assert.Contains($"/Restores/Create?before={bad.Job}&schema=public&table=orders", await PageAsync($"/Jobs/{bad.Job}"));
        var history = await PageAsync($"/DataSources/{source}/Table?database={database}&schema=public&table=orders");
        Assert.True(IsChecked(await PageAsync(Link(history, $"/Restores/Create?backup={good.Job}")), PickKey.Of("public", "orders")));
    }

    [Fact]
    public async Task What_is_picked_outlives_search_and_pages_and_only_that_is_restored()
    {
        await bench.RequireAsync();
        var odd = TestPostgres.Quote(Odd);
        var many = string.Concat(Enumerable.Range(0, 60).Select(n => $"CREATE TABLE t_{n:00} (id int PRIMARY KEY);"));
        var database = await bench.Postgres.CreateDatabaseAsync(
            "shop", $"{many} CREATE TABLE {odd} (id int, t int CONSTRAINT to_other REFERENCES t_00); INSERT INTO {odd} VALUES (1, NULL)");
        var source = await bench.AddSourceAsync(database);
        var backup = await BackUpAsync(source);
        var key = PickKey.Of("public", Odd);
        Dictionary<string, string> Form(params (string Field, string Value)[] more) => new(
            more.Select(m => KeyValuePair.Create($"Input.{m.Field}", m.Value)))
        {
            ["Input.What"] = backup.Artifact.ToString(),
            ["Input.Where"] = "Beside",
            ["Input.TargetDatabase"] = "whatever",
        };

        var listed = await PageAsync(Link(await PageAsync($"/Jobs/{backup.Job}/Contents"), $"/Restores/Create?backup={backup.Job}"));
        Assert.True(IsChecked(listed, key));
        var searched = await PickAsync(source, Form(("Picked[0]", key), ("Search", "T_05")));
        Assert.Contains($"""<input type="hidden" name="Input.Picked" value="{key}" />""", searched, StringComparison.Ordinal);
        Assert.False(IsChecked(searched, PickKey.Of("public", "t_05")));
        Assert.DoesNotContain("public.t_06", searched, StringComparison.Ordinal);
        var turned = await PickAsync(
            source, Form(("Picked[0]", key), ("Picked[1]", PickKey.Of("public", "t_59")), ("ListPage", "2")));
        Assert.Contains("page 2 of 2", turned, StringComparison.Ordinal);
        Assert.True(IsChecked(turned, PickKey.Of("public", "t_59")));
        Assert.Contains("Checked: 2 tables, 1 rows", turned, StringComparison.Ordinal);

        var beside = bench.Postgres.Drop($"picked_{Guid.NewGuid():N}");
        var fields = new Dictionary<string, string> { ["Picked[0]"] = key, ["TargetDatabase"] = beside };
        var check = WebUtility.HtmlDecode(await bench.Client.CheckAsync(source, backup.Artifact, "Beside", fields));
        Assert.Contains($"left out: {Odd} to_other in public", check, StringComparison.Ordinal);
        var job = await RestoreForms.RestoredAsync(
            bench.App.Settings, await bench.Client.RestoreAsync(source, backup.Artifact, "Beside", fields));

        Assert.True(job.Status == RunStatus.Success, $"{job.ErrorSummary} {job.ToolLog}");
        Assert.Equal([new PickedTable("public", Odd)], job.Selection.Tables);
        Assert.Equal(1L, await bench.Postgres.ScalarAsync<long>("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", beside));
    }

    [Fact]
    public async Task Picked_tables_never_take_a_databases_place_and_a_partial_restore_does_when_that_is_checked()
    {
        await bench.RequireAsync();
        var database = await bench.Postgres.CreateDatabaseAsync(
            "shop",
            @"CREATE TABLE good AS SELECT 1 AS n; CREATE TABLE bad (n int CHECK (current_database() NOT LIKE '%\_restoring\_%'));
              INSERT INTO bad VALUES (1)");
        var source = await bench.AddSourceAsync(database);
        var backup = await BackUpAsync(source);

        var refused = WebUtility.HtmlDecode(await bench.Client.CheckAsync(
            source, backup.Artifact, "Replace", new() { ["Picked[0]"] = PickKey.Of("public", "good") }));
        Assert.Contains("What was picked would be all that is left of the database.", refused, StringComparison.Ordinal);
        Assert.Contains("swap even if not everything could be restored", refused, StringComparison.Ordinal);

        var job = await RestoreForms.RestoredAsync(bench.App.Settings, await bench.Client.RestoreAsync(
            source, backup.Artifact, "Replace",
            new() { ["Confirmation"] = database, ["GoOnPastErrors"] = "true", ["SwapPartial"] = "true" }));

        Assert.Equal((RunStatus.Partial, true, true), (job.Status, job.SwapPartial, job.InPlace));
        Assert.Equal(1L, await bench.Postgres.ScalarAsync<long>("SELECT count(*) FROM bad", bench.Postgres.Drop(job.KeptDatabase!)));
        Assert.Equal(0L, await bench.Postgres.ScalarAsync<long>("SELECT count(*) FROM bad", database));
    }

    private async Task<(Guid Job, Guid Artifact)> BackUpAsync(Guid source)
    {
        var job = await bench.Client.RunNowAsync(source);
        Assert.Equal("success", (await bench.Client.FinishedAsync(job)).Status);
        return (job, Assert.Single((await bench.JobAsync(job)).Artifacts).Id);
    }

    private async Task<string> PageAsync(string path) => WebUtility.HtmlDecode(await bench.Client.GetAsync(path));

    private async Task<string> PickAsync(Guid source, Dictionary<string, string> form) => WebUtility.HtmlDecode(
        (await bench.Client.SubmitAsync($"/Restores/Create?source={source}", "&handler=Pick", form)).Html);

    private static bool IsChecked(string page, string value)
    {
        var at = page.IndexOf($"value=\"{value}\"", StringComparison.Ordinal);
        Assert.True(at >= 0, $"There is no {value}: {page}");
        return Regex.IsMatch(page[(at + value.Length + 8)..], "^\\s*checked=\"checked\"");
    }

    private static string Link(string page, string beginning)
    {
        var at = page.IndexOf($"href=\"{beginning}", StringComparison.Ordinal);
        Assert.True(at >= 0, $"No link leads to {beginning}: {page}");
        var rest = page[(at + 6)..];
        // Without what the decoding of the page has made of a quote in the address there is none left in it.
        return rest[..rest.IndexOf('"', StringComparison.Ordinal)];
    }
}
