using BackupApp.Destinations;
using BackupApp.FirstRun;

namespace BackupApp.Tests.FirstRun;

public sealed class ChecklistTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly ChecklistEvidence Nothing = new(null, false, false, null, null, null, false, null, null, 1, 0);

    private static readonly ChecklistEvidence Everything = new(Now, true, true, "hetzner", "hetzner", "mail", true, "shop", null, 2, 2);

    private static readonly ChecklistMark KeyCopy = ChecklistMark.Create(ChecklistItem.MasterKeyCopy, null, "ann@example.com", Now);

    [Fact]
    public void An_empty_installation_has_everything_to_do_and_each_line_says_where()
    {
        var list = Checklist.Of(Nothing, []);

        Assert.Equal(Enum.GetValues<ChecklistItem>(), list.Lines.Select(line => line.Item));
        Assert.All(list.Lines, line => Assert.False(line.IsSettled, $"{line}"));
        Assert.All(list.Lines, line => Assert.StartsWith("/", line.Href, StringComparison.Ordinal));
        Assert.False(list.IsComplete);
    }

    [Fact]
    public void With_all_evidence_it_is_complete()
    {
        var list = Checklist.Of(Everything, [KeyCopy]);

        Assert.True(list.IsComplete, string.Join('\n', list.Lines.Where(line => !line.IsSettled)));
        Assert.All(list.Lines, line => Assert.Null(line.Href));
    }

    public static TheoryData<ChecklistItem> Items => [.. Enum.GetValues<ChecklistItem>()];

    [Theory]
    [MemberData(nameof(Items))]
    public void Each_line_is_ticked_by_its_own_evidence_and_by_no_other(ChecklistItem item)
    {
        var without = item switch
        {
            ChecklistItem.FirstBackup => Everything with { FirstBackupAt = null },
            ChecklistItem.Schedule => Everything with { HasSchedule = false },
            ChecklistItem.OffHost => Everything with { Elsewhere = null },
            ChecklistItem.AlertReceived => Everything with { ConfirmedChannel = null },
            ChecklistItem.ReadyToRestore => Everything with { ReadySource = null },
            ChecklistItem.SecondAdministrator => Everything with { Administrators = 1, WithTwoFactor = 1 },
            ChecklistItem.TwoFactor => Everything with { WithTwoFactor = 1 },
            _ => Everything,
        };

        var list = Checklist.Of(without, item == ChecklistItem.MasterKeyCopy ? [] : [KeyCopy]);

        Assert.Equal([item], list.Lines.Where(line => !line.IsDone).Select(line => line.Item));
    }

    [Theory]
    [MemberData(nameof(Items))]
    public void What_is_not_needed_is_settled_but_not_done(ChecklistItem item)
    {
        var line = Checklist.Of(Nothing, [ChecklistMark.Create(item, "because we are two", "ann", Now)]).Lines.Single(l => l.Item == item);

        Assert.Equal((false, true, true), (line.IsDone, line.IsNotNeeded, line.IsSettled));
    }

    [Theory]
    [InlineData(DestinationKind.Folder, null, false)]
    [InlineData(DestinationKind.S3, null, true)] // AWS
    [InlineData(DestinationKind.S3, "https://fsn1.your-objectstorage.com", true)]
    [InlineData(DestinationKind.S3, "https://10.0.0.7:9000", true)]
    [InlineData(DestinationKind.S3, "http://127.0.0.1:9000", false)]
    [InlineData(DestinationKind.S3, "http://127.8.8.8:9000", false)]
    [InlineData(DestinationKind.S3, "http://[::1]:9000", false)]
    [InlineData(DestinationKind.S3, "http://localhost:9000", false)]
    [InlineData(DestinationKind.S3, "http://s3.localhost", false)]
    [InlineData(DestinationKind.S3, "http://minio:9000", false)] // a neighbour in the same compose file
    [InlineData(DestinationKind.S3, "http://host.docker.internal:9000", false)]
    [InlineData(DestinationKind.S3, "http://0.0.0.0:9000", false)]
    public void A_destination_is_off_the_machine_as_far_as_its_address_shows(DestinationKind kind, string? endpoint, bool elsewhere) =>
        Assert.Equal(elsewhere, OtherMachine.Holds(kind, endpoint));
}
