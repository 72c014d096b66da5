using BackupApp.Accounts.People;
using BackupApp.Engines;
using BackupApp.Engines.Mongo;
using BackupApp.Tests.Accounts;

namespace BackupApp.Tests.Restores;

/// <summary>What the pages of restores say, as far as no server has to answer for it.</summary>
public sealed class RestorePagesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_many_the_page_tells_what_is_known_against_the_backups_and_which_are_not_taken()
    {
        await using var backup = await RecordedBackup.OfShopAsync();
        await backup.WarnAsync(await backup.AddAsync("shop"));
        using var visitor = await SignInAsync(backup);

        var page = await CheckManyAsync(visitor, backup.Source);

        Assert.Contains("shop: its newest backup, of", page, StringComparison.Ordinal);
        Assert.Contains($"is not the one below: {RecordedBackup.Emptied}.", page, StringComparison.Ordinal);
        Assert.Contains($"name=\"Input.Items[0].BackupId\" value=\"{backup.Id}\"", page, StringComparison.Ordinal);

        await backup.WarnAsync(backup.Id);
        var suspect = await CheckManyAsync(visitor, backup.Source);
        Assert.Contains(RecordedBackup.Emptied, suspect, StringComparison.Ordinal);
        Assert.Contains(
            "None without open warnings; the newest is of", await visitor.ReadAsync("/Restores/Many"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_a_backup_that_is_one_archive_of_a_server_is_not_called_none()
    {
        await using var backup = await RecordedBackup.MakeAsync(
            MongoUri.Parse("mongodb://u:p@127.0.0.1:1/admin").Connection!, new(ArtifactKind.Server, "server"));
        using var visitor = await SignInAsync(backup);

        var page = await CheckManyAsync(visitor, backup.Source);

        Assert.DoesNotContain("Without a good backup", page, StringComparison.Ordinal);
        Assert.Contains("one archive of a whole MongoDB server: shop.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_suggested_name_follows_the_backup_that_is_chosen_until_somebody_types_one()
    {
        await using var backup = await RecordedBackup.OfShopAsync();
        await backup.AddAsync("shop");
        await backup.ExecuteAsync($"UPDATE backup_jobs SET started_at = '2026-11-23 02:15Z' WHERE id = {backup.Id}");
        await backup.ExecuteAsync($"UPDATE backup_jobs SET started_at = '2026-11-26 02:15Z' WHERE id <> {backup.Id}");
        var older = (await backup.ArtifactsAsync(backup.Id))[0];
        using var visitor = await SignInAsync(backup);
        var first = await visitor.ReadAsync($"/Restores/Create?source={backup.Source}");

        var other = await PickAsync("shop_20261126", "shop_20261126");
        var typed = await PickAsync("mine", "shop_20261126");

        Assert.Equal(("shop_20261126", "shop_20261126"), (Value(first, "TargetDatabase"), Value(first, "SuggestedDatabase")));
        Assert.Equal(("shop_20261123", "shop_20261123"), (Value(other, "TargetDatabase"), Value(other, "SuggestedDatabase")));
        Assert.Equal(("mine", "shop_20261123"), (Value(typed, "TargetDatabase"), Value(typed, "SuggestedDatabase")));

        async Task<string> PickAsync(string name, string suggested)
        {
            using var answer = await visitor.PostAsync(
                $"/Restores/Create?source={backup.Source}&handler=Pick",
                ("__RequestVerificationToken", Visitor.TokenIn(first)), ("Input.What", $"{older}"), ("Input.Where", "Beside"),
                ("Input.TargetDatabase", name), ("Input.SuggestedDatabase", suggested));
            return await Visitor.TextAsync(answer);
        }
    }

    [Fact]
    public async Task The_page_of_a_restore_says_what_was_seen_of_the_tools_connection()
    {
        await using var backup = await RecordedBackup.OfShopAsync();
        var job = await backup.StartAsync();
        await backup.ExecuteAsync($"""
            UPDATE restore_jobs SET status = 'success', started_at = now(), finished_at = now(), tool_version = 'pg_restore 15.1',
                connection_protection = 'unverified' WHERE id = {job.Id}
            """);
        using var visitor = await SignInAsync(backup);

        Assert.Contains("Encrypted, server not verified", await visitor.ReadAsync($"/Restores/{job.Id}"), StringComparison.Ordinal);
    }

    private static async Task<Visitor> SignInAsync(RecordedBackup backup)
    {
        var visitor = new Visitor(backup.App.Address);
        await visitor.SignInAsync((await backup.App.CreateUserAsync(UserRole.Operator, $"{Guid.NewGuid():N}")).Email!);
        return visitor;
    }

    private static async Task<string> CheckManyAsync(Visitor visitor, Guid source)
    {
        var token = await visitor.AntiforgeryTokenAsync("/Restores/Many");
        using var answer = await visitor.PostAsync(
            "/Restores/Many?handler=Check",
            ("__RequestVerificationToken", token), ("Input.Sources[0]", $"{source}"), ("Input.Where", "Beside"));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return await Visitor.TextAsync(answer);
    }

    /// <summary>Of a field of the form.</summary>
    private static string Value(string page, string field)
    {
        var at = page.IndexOf($"name=\"Input.{field}\"", StringComparison.Ordinal);
        Assert.True(at >= 0, page);
        var tag = page[page.LastIndexOf('<', at)..page.IndexOf('>', at)];
        return tag.Split("value=\"")[1].Split('"')[0];
    }
}
