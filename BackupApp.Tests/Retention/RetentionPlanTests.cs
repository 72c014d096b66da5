using BackupApp.Retention;

namespace BackupApp.Tests.Retention;

public sealed class RetentionPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    // Good scheduled backups by their age in days, newest first, and which of them go.
    [InlineData(14, 0, "0 1 13 14 15 30", "15 30")] // days only; 14 days to the second is not older
    [InlineData(0, 3, "0 1 2 3 30", "3 30")] // last N only
    [InlineData(14, 3, "0 1 2 3 13 15 30", "15 30")] // both: older and outside
    [InlineData(14, 3, "20 30 40 50 60", "50 60")] // both: old ones stay among the newest
    [InlineData(14, 7, "1 2 3 4 5 6 7 8 9", "")] // both: many, none of them old
    [InlineData(0, 0, "0 100 1000", "")] // both off
    [InlineData(1, 0, "365", "")] // the newest good one, a year old
    [InlineData(1, 0, "365 366 367", "366 367")]
    [InlineData(0, 1, "0 1", "1")]
    [InlineData(7, 1, "0", "")]
    public void Good_scheduled_backups_go_by_the_rule(int days, int last, string ages, string gone)
    {
        var backups = ages.Split(' ').Select(age => Backup(int.Parse(age, null)));

        Assert.Equal(gone, string.Join(' ', Gone(days, last, backups)));
    }

    [Fact]
    public void The_reason_is_what_came_last()
    {
        // Among the newest two until today's came; old for a week by then.
        Assert.Equal(ExpiryReason.KeepLastNExceeded, Verdict(14, 2, Backup(0), Backup(1), Backup(21)).Expires);
        // Pushed out long ago; old since yesterday.
        Assert.Equal(ExpiryReason.AgeExceeded, Verdict(14, 2, Backup(12), Backup(13), Backup(15)).Expires);
        Assert.Equal(ExpiryReason.AgeExceeded, Verdict(14, 0, Backup(0), Backup(15)).Expires);
        Assert.Equal(ExpiryReason.KeepLastNExceeded, Verdict(0, 1, Backup(0), Backup(1)).Expires);
    }

    [Fact]
    public void What_stays_says_why_and_when_it_would_go()
    {
        Assert.Equal((KeepReason.WithinDays, Now.AddDays(4)), Kept(Verdict(14, 0, Backup(0), Backup(10))));
        Assert.Equal((KeepReason.WithinDays, Now.AddDays(4)), Kept(Verdict(14, 1, Backup(0), Backup(10))));
        Assert.Equal((KeepReason.AmongNewest, null), Kept(Verdict(14, 2, Backup(0), Backup(10))));
        Assert.Equal((KeepReason.NewestGood, null), Kept(Verdict(14, 2, Backup(10))));
        Assert.Equal((KeepReason.NoRule, null), Kept(Verdict(0, 0, Backup(0), Backup(10))));
        Assert.Equal((KeepReason.Pinned, null), Kept(Verdict(1, 1, Backup(0), Backup(10, pinned: true))));
    }

    [Fact]
    public void A_good_backup_stays_while_only_failures_follow_it()
    {
        // Failed runs store nothing: retention sees the same backups, older by a day each night.
        StoredBackup[] backups = [Backup(2), Backup(3), Backup(4)];
        foreach (var nights in (int[])[0, 30, 365, 3650])
        {
            var verdicts = RetentionPlan.Decide(new RetentionRule(7, 0), backups, Now.AddDays(nights));
            Assert.Equal(KeepReason.NewestGood, verdicts[0].Keeps);
            Assert.Equal(nights == 0 ? 0 : 2, verdicts.Count(v => v.Expires is not null));
        }
    }

    [Fact]
    public void A_manual_backup_ages_by_days_and_pushes_nothing_out()
    {
        StoredBackup[] backups = [Backup(1, manual: true), Backup(2, manual: true), Backup(3), Backup(4), Backup(20, manual: true)];

        Assert.Equal([20], Gone(14, 2, backups)); // the scheduled 3 and 4 are the newest two
        Assert.Empty(Gone(0, 2, backups)); // the number does not speak of manual ones
        Assert.Equal([3, 4, 20], Gone(2, 0, backups)); // the newest good one may be a manual one
    }

    [Fact]
    public void A_partial_backup_ages_by_days_and_pushes_nothing_out()
    {
        StoredBackup[] backups = [Backup(1, partial: true), Backup(2, partial: true), Backup(30), Backup(31), Backup(32, partial: true)];

        Assert.Equal([32], Gone(14, 2, backups));
        Assert.Equal([31, 32], Gone(14, 1, backups)); // 30 is the newest good one
        Assert.Equal([31, 32], Gone(14, 0, backups));
        Assert.Equal([31], Gone(0, 1, backups));
    }

    [Fact]
    public void The_newest_partial_one_stays_when_nothing_ever_went_well()
    {
        StoredBackup[] backups = [Backup(100, partial: true), Backup(200, partial: true)];

        Assert.Equal([200], Gone(14, 7, backups));
    }

    [Fact]
    public void A_newer_partial_one_does_not_take_the_place_of_the_good_one()
    {
        StoredBackup[] backups = [Backup(300, partial: true), Backup(400)];

        Assert.Equal([300], Gone(14, 0, backups));
    }

    [Fact]
    public void A_pinned_backup_never_goes_and_still_counts()
    {
        StoredBackup[] backups = [Backup(0), Backup(1, pinned: true), Backup(2), Backup(3), Backup(400, pinned: true)];

        Assert.Equal([2, 3], Gone(0, 2, backups));
        Assert.Equal([2, 3], Gone(1, 1, backups));
    }

    [Fact]
    public void The_order_in_which_backups_come_does_not_matter_even_for_a_tie()
    {
        var at = Now.AddDays(-5);
        StoredBackup[] tied = [.. Enumerable.Range(0, 5).Select(_ => new StoredBackup(Guid.CreateVersion7(), at, true, true, false))];

        var forward = RetentionPlan.Decide(new RetentionRule(0, 2), tied, Now);
        var backward = RetentionPlan.Decide(new RetentionRule(0, 2), tied.Reverse(), Now);

        Assert.Equal(forward, backward);
        Assert.Equal(3, forward.Count(v => v.Expires is not null));
    }

    [Fact]
    public void Nothing_stored_gives_no_verdicts()
    {
        Assert.Empty(RetentionPlan.Decide(new RetentionRule(1, 1), [], Now));
    }

    [Fact]
    public void Tightening_a_rule_shows_what_would_go_that_would_not_go_anyway()
    {
        StoredBackup[] backups = [.. new[] { 0, 5, 10, 20, 40 }.Select(age => Backup(age))];

        var going = RetentionPlan.WouldGo(new RetentionRule(30, 0), new RetentionRule(7, 0), backups, Now);

        Assert.Equal([10, 20], going.Select(v => AgeOf(v.Backup)));
        Assert.Empty(RetentionPlan.WouldGo(new RetentionRule(7, 0), new RetentionRule(30, 0), backups, Now));
    }

    [Theory]
    [InlineData(14, 7, "Keeps 14 days, and always the newest 7.")]
    [InlineData(1, 1, "Keeps 1 day, and always the newest one.")]
    [InlineData(30, 0, "Keeps 30 days.")]
    [InlineData(0, 7, "Keeps the newest 7. Manual and partial backups stay until somebody deletes them.")]
    [InlineData(0, 0, "Keeps every backup until somebody deletes it.")]
    public void A_rule_is_a_sentence(int days, int last, string sentence)
    {
        Assert.Equal(sentence, new RetentionRule(days, last).Sentence);
    }

    private static StoredBackup Backup(int age, bool partial = false, bool manual = false, bool pinned = false) =>
        new(Guid.CreateVersion7(), Now.AddDays(-age), !partial, !manual, pinned);

    private static RetentionVerdict Verdict(int days, int last, params StoredBackup[] backups) =>
        RetentionPlan.Decide(new RetentionRule(days, last), backups, Now)[^1];

    private static (KeepReason?, DateTimeOffset?) Kept(RetentionVerdict verdict)
    {
        Assert.Null(verdict.Expires);
        return (verdict.Keeps, verdict.GoesAt);
    }

    private static IEnumerable<int> Gone(int days, int last, IEnumerable<StoredBackup> backups) =>
        RetentionPlan.Decide(new RetentionRule(days, last), backups, Now).Where(v => v.Expires is not null).Select(v => AgeOf(v.Backup));

    private static int AgeOf(StoredBackup backup) => (int)(Now - backup.TakenAt).TotalDays;
}
