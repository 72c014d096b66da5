using BackupApp.Pages;
using BackupApp.Pages.Protection;
using BackupApp.Policies;
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

    [Fact]
    public void A_night_of_downtime_is_one_item_however_many_sources_it_struck()
    {
        var sources = Enumerable.Range(1, 200).Select(n => Boards.Source($"db{n}", ProtectionWord.Protected)).ToList();
        var hourly = Boards.Source("erp", ProtectionWord.AtRisk, reason: "It is not ready to restore.");
        var overdue = Boards.Source("shop", ProtectionWord.Overdue);

        var item = Assert.Single(
            Others([.. sources, hourly, overdue], [.. sources.Select(s => Missed(s, 1)), Missed(hourly, 9, "Hourly"), Missed(overdue, 1)]));

        Assert.Equal(("db1, db2, db3", 198), (Names(item), item.More));
        Assert.Equal("209 runs of 2 policies were missed: BackupApp was down.", item.Reason);
        Assert.Null(item.Action);
    }

    [Fact]
    public void Runs_that_did_not_take_place_for_another_cause_are_another_item()
    {
        var (crm, erp, shop) = (
            Boards.Source("crm", ProtectionWord.Protected), Boards.Source("erp", ProtectionWord.Protected),
            Boards.Source("shop", ProtectionWord.Protected));

        var items = Others([crm, erp, shop], [Missed(crm, 2), Missed(erp, 3, isMissed: false), Missed(shop, 1)]);

        Assert.Equal(
            [
                ("crm, shop", "3 runs of Nightly were missed: BackupApp was down."),
                ("erp", "3 runs of Nightly were skipped: the backup before was still running."),
            ],
            items.Select(i => (Names(i), i.Reason)));
    }

    [Fact]
    public void A_schedule_that_cannot_be_read_is_said_once_and_not_beside_a_state_that_says_it()
    {
        var policy = Guid.CreateVersion7();
        var held = Enumerable.Range(1, 4).Select(n => Boards.Source($"db{n}", ProtectionWord.Protected)).ToList();
        var dead = Boards.Source("erp", ProtectionWord.Unscheduled);
        dead = dead with { State = dead.State with { Action = ProtectionAction.FixSchedule, TargetId = policy } };
        var unread = held.Append(dead).Select(s => new Attention(s.Id, s.Name, "The schedule of Nightly cannot run.", null, "unread")
        {
            UnreadPolicyId = policy,
        });

        var item = Assert.Single(Others([dead, .. held], unread));

        Assert.Equal(("db1, db2, db3", 1, "The schedule of Nightly cannot run."), (Names(item), item.More, item.Reason));
        Assert.Equal(("/Policies/Edit", policy), (item.Action!.Page, item.Action.Id));
    }

    [Fact]
    public void Backups_that_cannot_be_deleted_are_one_item_for_each_destination()
    {
        var (job, full) = (Guid.CreateVersion7(), new Attention.Undeleted(2, Guid.CreateVersion7(), "hetzner", "Nothing answers."));
        var other = full with { Count = 1, DestinationId = Guid.CreateVersion7(), Destination = "nas" };

        var items = Others([], [Left("crm", full, job), Left("erp", full, job), Left("shop", other, job)]);

        Assert.Equal(
            [
                ("crm, erp", "4 backups that should be gone are still stored at hetzner. Nothing answers.", "See destination"),
                ("shop", "A backup that should be gone is still stored at nas. Nothing answers.", "See the job"),
            ],
            items.Select(i => (Names(i), i.Reason, i.Action!.Title)));
    }

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

    private static Attention Missed(ProtectedSource source, int count, string policy = "Nightly", bool isMissed = true)
    {
        var gap = new ScheduleGap(
            source.Id, isMissed, policy, count, Boards.Now.AddHours(-9), Boards.Now.AddHours(-1), Boards.Now, false, null);
        return new(source.Id, source.Name, gap.Sentence, null, gap.Reason) { Gap = gap };
    }

    private static Attention Left(string name, Attention.Undeleted left, Guid job) =>
        new(Guid.CreateVersion7(), name, left.Sentence, job, $"{left.DestinationId}") { Left = left };

    private static List<AttentionItem> Others(IReadOnlyList<ProtectedSource> sources, IEnumerable<Attention> attentions) =>
        [.. AttentionList.OfOthers(attentions, sources)];

    private static IReadOnlyList<AttentionItem> Items(params ProtectedSource[] sources) =>
        AttentionList.OfSources(sources, Boards.NoIncidents, Boards.Now);
}
