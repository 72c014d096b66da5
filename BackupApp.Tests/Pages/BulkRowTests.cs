using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Pages.DataSources;

namespace BackupApp.Tests.Pages;

public sealed class BulkRowTests
{
    [Theory]
    [InlineData(BulkAction.Run, "Is left out: it waits for credentials.", false)]
    [InlineData(BulkAction.Attach, "Gets it besides Nightly and Weekly.", true)]
    [InlineData(
        BulkAction.Pause, "Nightly and Weekly will not run until it is resumed. A backup that waits is canceled; one that runs finishes.",
        true)]
    [InlineData(BulkAction.Resume, "Stays as it is: it is not paused.", false)]
    [InlineData(
        BulkAction.Delete,
        "Its login is destroyed. 7 backups (3.0 GiB) stay until somebody deletes them. 1 job that waits or runs is canceled.", true)]
    public void What_will_happen_is_said_before_it_does(BulkAction action, string sentence, bool isDone)
    {
        var row = new BulkRow(Source(), ["Nightly", "Weekly"], "Nightly", 7, 3L << 30, 1);

        Assert.Equal((sentence, isDone), (row.Effect(action), row.IsDone(action)));
    }

    [Fact]
    public void A_paused_source_is_not_backed_up_and_can_be_resumed()
    {
        var source = Source();
        source.Pause(new PauseTerms(), DateTimeOffset.UnixEpoch);
        var row = new BulkRow(source, [], null, 0, 0, 0);

        Assert.False(row.IsDone(BulkAction.Run));
        Assert.Equal("Is left out: it is paused.", row.Effect(BulkAction.Run));
        Assert.Equal("Is paused already, and gets these terms.", row.Effect(BulkAction.Pause));
        Assert.True(row.IsDone(BulkAction.Resume));
        Assert.Equal("Gets its first policy.", row.Effect(BulkAction.Attach));
        Assert.Equal("Its login is destroyed. Nothing of it is stored.", row.Effect(BulkAction.Delete));
    }

    [Fact]
    public void Ids_come_one_a_field_or_several_and_what_is_none_is_left_out()
    {
        var (a, b) = (Guid.NewGuid(), Guid.NewGuid());

        Assert.Equal([a, b], BulkWords.ReadIds([$"{a},{b}", $"{b}", "x", "", $"{Guid.Empty}"]));
    }

    private static DataSource Source() =>
        DataSource.CreateWithoutCredentials("Shop", DataSourceEnvironment.Test, Engine.Postgres, DateTimeOffset.UnixEpoch);
}
