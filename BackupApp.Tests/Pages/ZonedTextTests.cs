using BackupApp.Hosting;
using BackupApp.Pages.Ui;
using BackupApp.Protection;

namespace BackupApp.Tests.Pages;

public sealed class ZonedTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_moment_in_a_sentence_is_told_in_the_viewers_zone()
    {
        var sentence = $"Failing since {Ages.Moment(new DateTimeOffset(2026, 11, 27, 2, 16, 0, TimeSpan.Zero))}: no answer.";

        Assert.Equal("Failing since 27 Nov 03:16: no answer.", ZonedTagHelper.In(sentence, ViewerZone.Named("Europe/Berlin"), Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Failing since 99 Nov 2026 02:16 UTC.")]
    [InlineData("The database 27 Nov is gone.")]
    public void What_is_no_moment_stays_as_it_is(string text) =>
        Assert.Equal(text, ZonedTagHelper.In(text, ViewerZone.Named("Europe/Berlin"), Now));

    [Theory]
    [InlineData("/hangfire", "/")]
    [InlineData("/backups/hangfire", "/backups/")]
    [InlineData("", "/")]
    public void The_way_back_from_the_queue_keeps_the_prefix_of_the_outside(string pathBase, string home) =>
        Assert.Equal(home, QueueDashboard.HomeOf(pathBase));
}
