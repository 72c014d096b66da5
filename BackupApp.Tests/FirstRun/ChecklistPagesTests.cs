using System.Net;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Tests.Accounts;

namespace BackupApp.Tests.FirstRun;

/// <summary>The checklist and the master key, as administrators and others see them.</summary>
public sealed class ChecklistPagesTests(AccountsFixture fixture) : IClassFixture<AccountsFixture>, IAsyncLifetime
{
    // Of AccountsApp: 32 bytes of nothing.
    private static readonly string Key = Convert.ToBase64String(new byte[32]);

    private AccountsApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await fixture.AppAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_master_key_is_shown_after_the_password_in_the_answer_to_the_button_and_is_audited()
    {
        var email = await AddAsync(UserRole.Administrator);
        using var visitor = new Visitor(_app);
        await visitor.SignInAsync(email);
        var asked = await visitor.GetAsync("/MasterKey");
        Assert.StartsWith(Visitor.Confirm, asked.Headers.Location?.OriginalString, StringComparison.Ordinal);
        await visitor.ConfirmAsync();

        Assert.DoesNotContain(Key, await visitor.ReadAsync("/MasterKey"), StringComparison.Ordinal);
        Assert.DoesNotContain($"key.exported {email} Master key", await _app.AuditAsync());
        var shown = await visitor.SubmitAsync("/MasterKey?handler=Show");

        Assert.Contains(Key, await Visitor.TextAsync(shown), StringComparison.Ordinal);
        Assert.Equal("no-store", shown.Headers.CacheControl?.ToString());
        Assert.Contains($"key.exported {email} Master key", await _app.AuditAsync());
        Assert.DoesNotContain(Key, await visitor.ReadAsync("/MasterKey"), StringComparison.Ordinal);
        Assert.DoesNotContain(_app.Log.Lines, line => line.Contains(Key, StringComparison.Ordinal));
        _app.Time.Advance(ConfirmedIdentity.Lifetime);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync("/MasterKey")).StatusCode);
    }

    [Fact]
    public async Task A_copy_of_the_master_key_is_proved_by_its_last_characters()
    {
        var email = await AddAsync(UserRole.Administrator);
        using var visitor = new Visitor(_app);
        await visitor.SignInAsync(email);
        await visitor.ConfirmAsync();

        var wrong = await visitor.SubmitAsync("/MasterKey?handler=Confirm", ("Input.LastCharacters", "AAAAAB"));
        Assert.Contains("These are not its last 6 characters", await Visitor.TextAsync(wrong), StringComparison.Ordinal);
        Assert.DoesNotContain($"key.copy_confirmed {email} Master key", await _app.AuditAsync());

        foreach (var last in new[] { Key[^6..], Key.TrimEnd('=')[^6..] })
        {
            var right = await visitor.SubmitAsync("/MasterKey?handler=Confirm", ("Input.LastCharacters", $" {last} "));
            Assert.Equal("/Checklist", right.Headers.Location?.OriginalString);
        }

        Assert.Contains($"key.copy_confirmed {email} Master key", await _app.AuditAsync());
        Assert.Contains($"Shown by {email}", await visitor.ReadAsync("/Checklist"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_needed_has_a_reason_is_audited_and_can_be_taken_back()
    {
        var email = await AddAsync(UserRole.Administrator);
        using var visitor = new Visitor(_app);
        await visitor.SignInAsync(email);

        var empty = await visitor.SubmitAsync("/Checklist?handler=NotNeeded", ("item", "OffHost"), ("because", " "));
        Assert.Equal(HttpStatusCode.Redirect, empty.StatusCode);
        Assert.Contains("Say why it is not needed", await visitor.ReadAsync("/Checklist"), StringComparison.Ordinal);

        await visitor.SubmitAsync("/Checklist?handler=NotNeeded", ("item", "OffHost"), ("because", "the disk is a mirror"));
        Assert.Contains("Not needed, because the disk is a mirror", await visitor.ReadAsync("/Checklist"), StringComparison.Ordinal);
        Assert.Contains($"checklist_item.not_needed {email} a destination off this machine", await _app.AuditAsync());

        await visitor.SubmitAsync("/Checklist?handler=TakeBack", ("item", "OffHost"));
        Assert.DoesNotContain("the disk is a mirror", await visitor.ReadAsync("/Checklist"), StringComparison.Ordinal);
        Assert.Contains($"checklist_item.not_needed_taken_back {email} a destination off this machine", await _app.AuditAsync());

        Assert.Equal(
            HttpStatusCode.NotFound,
            (await visitor.SubmitAsync("/Checklist?handler=NotNeeded", ("item", "Nonsense"), ("because", "x"))).StatusCode);
    }

    [Fact]
    public async Task Operators_see_the_checklist_without_its_forms_and_Viewers_see_none()
    {
        // Of its own: what others have done in theirs is ticked here.
        await using var app = await AccountsApp.StartAsync();
        await app.CreateUserAsync("operator@example.com", UserRole.Operator);
        await app.CreateUserAsync("viewer@example.com", UserRole.Viewer);
        using var who = new Visitor(app);
        await who.SignInAsync("operator@example.com");
        var page = await who.ReadAsync("/Checklist");
        Assert.Contains("A first good backup", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Not needed here", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/Destinations/Create\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/MasterKey\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/Users/Invite\"", page, StringComparison.Ordinal);
        Assert.Contains("An administrator does this", page, StringComparison.Ordinal);
        Assert.Equal("/Protect", (await who.GetAsync("/")).Headers.Location?.OriginalString); // the installation is empty

        using var viewer = new Visitor(app);
        await viewer.SignInAsync("viewer@example.com");
        Assert.DoesNotContain("Before you rely on it", await viewer.ReadAsync("/"), StringComparison.Ordinal);
    }

    private async Task<string> AddAsync(UserRole role)
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        await _app.CreateUserAsync(email, role);
        return email;
    }
}
