using System.Net;
using BackupApp.Policies;
using BackupApp.Tests.Accounts;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Protect;

/// <summary>The detailed form, and a source that is made like another.</summary>
public sealed partial class ProtectPageTests
{
    [Fact]
    public async Task A_duplicate_has_all_but_the_secret()
    {
        using var visitor = await fixture.SignInAsync();
        await visitor.SubmitAsync("/Protect", Fields(fixture.Uri + "?connect_timeout=7", ("Input.Name", "original")));
        var original = await SourceAsync("original");

        var form = await visitor.ReadAsync($"/DataSources/Create?like={original!.Id}");

        Assert.Contains("value=\"original copy\"", form, StringComparison.Ordinal);
        Assert.Contains($"value=\"{original.Username}\"", form, StringComparison.Ordinal);
        Assert.Contains("name=\"Input.Parameters[connect_timeout]\" value=\"7\"", form, StringComparison.Ordinal);
        Assert.DoesNotContain("p:@/%ß", form, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync($"/DataSources/Create?like={Guid.NewGuid()}")).StatusCode);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task A_duplicate_has_the_policies_that_are_at_work_unless_somebody_unticks_them(bool isTicked, int policies)
    {
        using var visitor = await fixture.SignInAsync();
        var name = $"ticked {isTicked}";
        await visitor.SubmitAsync("/Protect", Fields(fixture.Uri, ("Input.Name", name)));
        var form = $"/DataSources/Create?like={(await SourceAsync(name))!.Id}";
        Assert.Contains($"With its policies: {name}", await visitor.ReadAsync(form), StringComparison.Ordinal);

        await visitor.SubmitAsync(
            form, ("Input.Name", $"{name} copy"), ("Input.Environment", "Test"), ("Input.Mode", "ConnectionUri"),
            ("Input.Uri", fixture.Uri), ("WithPolicies", isTicked ? "true" : "false"));

        var copy = await SourceAsync($"{name} copy");
        Assert.Equal(policies, await fixture.ReadAsync(db => db.Set<PolicyAttachment>().CountAsync(
            a => a.DataSourceId == copy!.Id && a.IsEnabled, Cancel)));
    }

    [Fact]
    public async Task Nothing_is_called_production_before_somebody_says_so()
    {
        using var visitor = await fixture.SignInAsync();

        var form = await visitor.ReadAsync("/DataSources/Create");
        var answer = await Visitor.TextAsync(await visitor.SubmitAsync(
            "/DataSources/Create", ("Input.Name", "unsaid"), ("Input.Environment", ""), ("Input.Mode", "ConnectionUri"),
            ("Input.Uri", fixture.Uri)));

        Assert.Contains("<option value=\"\">Choose what it is for</option>", form, StringComparison.Ordinal);
        Assert.Contains("Choose what it is for: alerts and filters go by it.", answer, StringComparison.Ordinal);
        Assert.Null(await SourceAsync("unsaid"));
    }
}
