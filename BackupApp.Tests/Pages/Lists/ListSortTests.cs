using BackupApp.Pages.Ui.Lists;

namespace BackupApp.Tests.Pages.Lists;

public sealed class ListSortTests
{
    private static readonly ListSort Usual = new("time", IsDescending: true);
    private static readonly string[] Columns = ["time", "name"];

    [Theory]
    [InlineData(null, "-time")]
    [InlineData("", "-time")]
    [InlineData("-", "-time")]
    [InlineData("password", "-time")]
    [InlineData("NAME", "-time")]
    [InlineData("--name", "-time")]
    [InlineData("name", "name")]
    [InlineData("-name", "-name")]
    [InlineData("time", "time")]
    public void An_address_names_a_column_and_its_direction_and_anything_else_is_the_usual_order(string? text, string expected) =>
        Assert.Equal(expected, ListSort.Parse(text, Usual, Columns).ToString());

    [Fact]
    public void A_second_press_on_a_head_turns_the_order_round_and_another_head_begins_its_own_way()
    {
        Assert.Equal("time", Usual.Press("time", descendingFirst: true).ToString());
        Assert.Equal("-time", new ListSort("time").Press("time", descendingFirst: true).ToString());
        Assert.Equal("name", Usual.Press("name", descendingFirst: false).ToString());
        Assert.Equal("-name", Usual.Press("name", descendingFirst: true).ToString());
    }

    [Fact]
    public void Only_the_column_that_sorts_says_so()
    {
        Assert.Equal("descending", Usual.WordFor("time"));
        Assert.Equal("ascending", new ListSort("time").WordFor("time"));
        Assert.Equal("none", Usual.WordFor("name"));
    }

    [Fact]
    public void A_change_of_the_address_keeps_the_rest_and_begins_at_the_first_page()
    {
        var address = new ListAddress(
            "/app/Jobs", [new("status", "failed"), new("label", "team=a&b"), new("source", null), new("from", "")]);

        Assert.Equal("/app/Jobs?status=failed&label=team%3Da%26b", address.Href);
        Assert.Equal("/app/Jobs?label=team%3Da%26b", address.Without("status"));
        Assert.Equal("/app/Jobs?status=failed&label=team%3Da%26b&p=2", address.With("p", "2"));
        Assert.Equal("/app/Jobs?label=team%3Da%26b&status=canceled", address.With("status", "canceled"));
        Assert.Equal("&status=failed&label=team%3Da%26b", address.Rest);
        Assert.Equal("/app/Jobs?status=failed", new ListAddress(address.Path, address.Kept("status", "sort")).Href);
    }

    [Theory]
    [InlineData(null, 1, 50, null, "/x?p=2")]
    [InlineData(2, 2, 50, "/x", "/x?p=3")]
    [InlineData(3, 3, 20, "/x?p=2", null)]
    [InlineData(99, 3, 20, "/x?p=2", null)]
    [InlineData(-7, 1, 50, null, "/x?p=2")]
    public void Pages_are_counted_and_a_number_beyond_them_is_the_last(int? asked, int number, int rows, string? previous, string? next)
    {
        var page = NumberedPage.Of<int>([.. Enumerable.Range(0, 120)], asked, 50);
        var address = new ListAddress("/x", []);

        Assert.Equal((number, rows, 120), (page.Number, page.Rows.Count, page.Total));
        Assert.Equal((previous, next), (page.PreviousHref(address), page.NextHref(address)));
    }
}
