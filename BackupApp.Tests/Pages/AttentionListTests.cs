using BackupApp.Pages.Protection;
using BackupApp.Protection;

namespace BackupApp.Tests.Pages;

public sealed class AttentionListTests
{
    [Fact]
    public void What_one_server_brings_about_is_one_item()
    {
        var items = Items(
            Boards.Source("erp", ProtectionWord.Overdue, Boards.Refused(17)),
            Boards.Source("shop", ProtectionWord.Failing, Boards.Refused(1, "Wrong password.")),
            Boards.Source("billing", ProtectionWord.Failing, Boards.Refused(2)),
            Boards.Source("other", ProtectionWord.Failing, Boards.Refused(2)) with { Server = "db3:5432" },
            Boards.Source("crm", ProtectionWord.Protected));

        Assert.Equal(["erp, billing", "shop", "other"], items.Select(Names));
        var first = items[0];
        Assert.Equal((ProtectionWord.Overdue, "Nothing answers at db2:5432.", 17), (first.Word, first.Reason, first.FailedRuns));
        Assert.Equal((Boards.Now.AddHours(-17), Boards.Now.AddHours(-17)), (first.FailingSince, first.LastGood));
        Assert.Equal("Fix connection", first.Action!.Title);
    }

    [Fact]
    public void Many_that_read_alike_are_named_up_to_three_and_none_of_them_is_run_for_all()
    {
        var sources = Enumerable.Range(1, 5).Select(n => Boards.Source($"db{n}", ProtectionWord.Unprotected)).ToArray();

        var item = Assert.Single(Items(sources));

        Assert.Equal(("db1, db2, db3", 2), (Names(item), item.More));
        Assert.Null(item.Run);
        Assert.Null(item.Action);
    }

    [Fact]
    public void One_that_only_has_to_run_is_run()
    {
        var source = Boards.Source("erp", ProtectionWord.Overdue, reason: "Nothing has run.");

        var item = Assert.Single(Items(source));

        Assert.Equal((source.Id, "Nothing has run.", TimeSpan.FromHours(5)), (item.Run, item.Reason, item.For));
    }

    [Fact]
    public void What_somebody_paused_needs_nobody() => Assert.Empty(Items(Boards.Source("old", ProtectionWord.Paused)));

    [Theory]
    [InlineData("Protected", "Your database is protected.")]
    [InlineData("Overdue", "Your database needs you.")]
    [InlineData("Paused", "Your database is paused.")]
    [InlineData("Protected Protected", "All 2 databases are protected.")]
    [InlineData("Overdue AtRisk Protected", "1 of 3 databases is protected. 2 need you.")]
    [InlineData("Overdue Paused Protected Protected", "2 of 4 databases are protected. 1 needs you, 1 is paused.")]
    [InlineData("Paused Paused Protected", "1 of 3 databases is protected. 2 are paused.")]
    public void One_sentence_says_how_it_stands(string words, string sentence) => Assert.Equal(
        sentence,
        HealthSentence.Of([.. words.Split(' ').Select(w => Boards.Source("db", Enum.Parse<ProtectionWord>(w)))]));

    [Theory]
    [InlineData(10, 8, 12, "full in 42 days")]
    [InlineData(10, 9, 900, "grows 1.0 GiB a week, 14.0 GiB in four weeks")]
    [InlineData(10, 12, 50, "shrinks 2.0 GiB a week")]
    [InlineData(10, 10, 50, null)]
    [InlineData(10, null, 50, null)]
    public void Storage_says_where_it_is_heading(int now, int? weekAgo, int free, string? sentence) => Assert.Equal(
        sentence,
        StorageSentence.Of(new("Server storage", (long)now << 30, (long?)weekAgo << 30, null, (long)free << 30)));

    private static string Names(AttentionItem item) => string.Join(", ", item.About.Select(a => a.Title));

    private static IReadOnlyList<AttentionItem> Items(params ProtectedSource[] sources) =>
        AttentionList.OfSources(sources, Boards.NoIncidents, Boards.Now);
}
