using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

public sealed class NoScriptTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task With_JavaScript_off_a_backup_is_made_and_its_result_is_there_after_a_reload()
    {
        await using var source = await SourceDatabase.CreateAsync();
        var page = await SignInAsync(new() { JavaScriptEnabled = false });
        await page.AddSourceAsync("Shop", source);
        var job = await page.RunNowAsync();

        // A person presses F5 until the answer is there.
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(Patience);
        while (await job.Status.InnerTextAsync() is "Queued" or "Running")
        {
            deadline.Token.ThrowIfCancellationRequested();
            await page.ReloadAsync();
        }

        await Expect(job.Status).ToHaveTextAsync("Success");
        await Expect(job.Copy).ToBeHiddenAsync();
        Assert.Equal([0x1f, 0x8b], (await job.DownloadAsync())[..2]);
    }

    [Fact]
    public async Task The_form_asks_for_a_URI_or_for_single_fields_without_JavaScript_too()
    {
        var page = await SignInAsync(new() { JavaScriptEnabled = false });
        var form = new DataSourceFormPage(page);
        await form.OpenNewAsync();
        await Expect(form.Host).ToBeVisibleAsync();
        await Expect(form.Uri).ToBeHiddenAsync();
        await form.ChooseUriAsync();
        await Expect(form.Host).ToBeHiddenAsync();
        await Expect(form.Uri).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_form_asks_what_to_leave_out_of_a_server_and_what_to_take_of_a_database()
    {
        var page = await SignInAsync(new() { JavaScriptEnabled = false });
        var form = new DataSourceFormPage(page);
        var onlyTables = page.GetByLabel("Only these tables", new() { Exact = true });
        await form.OpenNewAsync();
        await form.OpenFiltersAsync();
        await Expect(form.ExcludeDatabases).ToBeHiddenAsync();
        await Expect(onlyTables).ToBeVisibleAsync();
        await form.ChooseServerAsync();
        await Expect(form.ExcludeDatabases).ToBeVisibleAsync();
        await Expect(onlyTables).ToBeHiddenAsync();
    }
}
