using BackupApp.Retention;

namespace BackupApp.Tests.Retention;

/// <summary>When one backup goes and why, in words.</summary>
public sealed class ExpiryOutlookTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void By_age_the_day_is_known() =>
        Assert.Equal(
            new ExpiryOutlook("It expires", Now.AddDays(4), ", when it is older than 14 days, by Nightly."), Of(14, 0, Good(10), Good(0)));

    [Fact]
    public void Among_the_newest_so_many_more_have_to_come()
    {
        Assert.Equal(
            "It expires after 2 more good scheduled backups of Nightly, which keeps the newest 3.", Of(0, 3, Good(1), Good(0)).Before);
        Assert.Equal(
            "It expires after the next good scheduled backup of Nightly, which keeps the newest 2.", Of(0, 2, Good(1), Good(0)).Before);
        Assert.Equal(
            new ExpiryOutlook(
                "It expires after 6 more good scheduled backups of Nightly, but not before",
                Now.AddDays(13),
                ", when it is older than 14 days."),
            Of(14, 7, Good(1), Good(0)));
    }

    [Fact]
    public void What_stays_says_why()
    {
        Assert.Equal("It is the newest good backup: it stays at least until there is a newer one.", Of(1, 1, Good(9)).Before);
        Assert.Equal("Nightly keeps every backup: it stays until somebody deletes it.", Of(0, 0, Good(9), Good(0)).Before);
        Assert.Equal(
            "Nightly counts good scheduled backups only, and this is none: it stays until somebody deletes it.",
            Of(0, 3, Good(9) with { IsScheduled = false }, Good(0)).Before);
        Assert.Equal(ExpiryOutlook.Pinned, Of(1, 0, Good(9) with { IsPinned = true }, Good(0)));
    }

    [Fact]
    public void What_goes_at_the_next_look_says_why()
    {
        Assert.Equal("It expires within the hour: it is older than 1 day, by Nightly.", Of(1, 0, Good(9), Good(0)).Before);
        Assert.Equal(
            "It expires within the hour: it is not among the newest one of Nightly any more.", Of(0, 1, Good(9), Good(0)).Before);
    }

    [Fact]
    public void One_that_is_not_there_has_no_outlook() =>
        Assert.Null(ExpiryReader.Of(Guid.NewGuid(), new RetentionRule(1, 0), "Nightly", [Good(1)], Now));

    private static ExpiryOutlook Of(int days, int last, StoredBackup asked, params StoredBackup[] others) =>
        ExpiryReader.Of(asked.Id, new RetentionRule(days, last), "Nightly", [asked, .. others], Now)!;

    private static StoredBackup Good(int age) => new(Guid.CreateVersion7(), Now.AddDays(-age), true, true, false);
}
