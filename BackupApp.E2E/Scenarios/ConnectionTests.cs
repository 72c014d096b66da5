using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

public sealed class ConnectionTests(Chromium chromium, AppUnderTest app) : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    [Fact]
    public async Task A_wrong_password_is_said_with_what_to_do_and_the_right_one_puts_it_right()
    {
        await using var source = await SourceDatabase.CreateAsync(rows: 1);
        var page = await SignInAsync();
        var detail = await page.AddSourceAsync("Wrong password", source, "not the password");
        await Expect(detail.Alert).ToContainTextAsync("Saved, but it does not work yet:");
        await Expect(detail.Alert).ToContainTextAsync("Check user name and password");
        var address = page.Url;
        await page.GotoAsync("/");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Needs you" })).ToContainTextAsync("Wrong password");
        await page.GotoAsync(address);
        // What a program calls it is at hand, and nobody has to read it.
        await Expect(detail.Alert.GetByTitle("auth_failed")).ToHaveTextAsync("Tested");

        await detail.Edit.ClickAsync();
        var form = new DataSourceFormPage(page);
        await Expect(form.Password).ToBeEmptyAsync();
        await form.Password.FillAsync(SourceDatabase.Password);
        await form.Save.ClickAsync();
        await Expect(page.GetByText("Saved. The connection works.")).ToBeVisibleAsync();
        await Expect(detail.Alert).ToBeHiddenAsync();
        await detail.Settings.ClickAsync();
        await Expect(detail.Fact("Last test")).ToContainTextAsync("Connects");
    }

    [Fact]
    public async Task A_stored_password_is_not_sent_to_another_host_without_being_entered_again()
    {
        await using var source = await SourceDatabase.CreateAsync(rows: 1);
        var page = await SignInAsync();
        var detail = await page.AddSourceAsync("Moved", source);
        await detail.Edit.ClickAsync();
        var form = new DataSourceFormPage(page);
        await form.Host.FillAsync("localhost");
        await form.Save.ClickAsync();
        await Expect(form.ErrorOf("Password")).ToContainTextAsync("Enter the password again");

        await form.Password.FillAsync(SourceDatabase.Password);
        await form.Save.ClickAsync();
        await Expect(page.GetByText("Saved. The connection works.")).ToBeVisibleAsync();
        await detail.Settings.ClickAsync();
        await Expect(detail.Fact("Server")).ToHaveTextAsync($"localhost:{source.Port}");
    }

    [Fact]
    public async Task A_button_whose_answer_takes_a_while_says_so_and_cannot_be_pressed_again()
    {
        var page = await SignInAsync();
        var form = new DataSourceFormPage(page);
        await form.OpenNewAsync();
        // The page is gone as soon as the answer is there, so the page itself notes what its button becomes.
        await form.Save.EvaluateAsync(
            "button => new MutationObserver(() => sessionStorage.setItem('busy', `${button.disabled} ${button.textContent}`))"
            + ".observe(button, { attributes: true, childList: true })");
        await form.Save.ClickAsync();
        await Expect(form.ErrorOf("Host")).ToBeVisibleAsync();
        await Expect(form.Save).ToBeEnabledAsync();
        Assert.Equal("true Testing the connection…", await page.EvaluateAsync<string>("sessionStorage.getItem('busy')"));
    }

    [Fact]
    public async Task A_failed_backup_says_what_happened_and_offers_no_download()
    {
        await using var source = await SourceDatabase.CreateAsync(rows: 1);
        var page = await SignInAsync();
        await page.AddSourceAsync("Gone", source);
        await source.DisposeAsync();
        var job = await page.RunNowAsync();
        await job.ExpectStatusAsync("Failed");
        await Expect(job.Alert).ToContainTextAsync("Nothing was left at the destination");
        await Expect(job.Download).ToBeHiddenAsync();
    }
}
