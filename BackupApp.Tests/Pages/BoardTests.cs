using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Pages.Protection;
using BackupApp.Protection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace BackupApp.Tests.Pages;

public sealed class BoardTests
{
    private static readonly IReadOnlyList<ProtectedSource> All =
    [
        Boards.Source("erp", ProtectionWord.Overdue) with { Labels = ["team=back"] },
        Boards.Source("shop", ProtectionWord.AtRisk) with { Environment = DataSourceEnvironment.Staging, Labels = ["team=front"] },
        Boards.Source("old", ProtectionWord.Paused) with { Engine = Engine.Mongodb, Server = "mongo.example.com:27017" },
        Boards.Source("crm", ProtectionWord.Protected) with { Labels = ["team=back"], Database = "Customers" },
    ];

    [Theory]
    [InlineData("", "erp shop old crm")]
    [InlineData("?state=needs_you", "erp shop")]
    [InlineData("?state=at_risk", "shop")]
    [InlineData("?state=nonsense", "erp shop old crm")]
    [InlineData("?environment=staging", "shop")]
    [InlineData("?engine=mongodb", "old")]
    [InlineData("?label=team%3Dback", "erp crm")]
    [InlineData("?q=MONGO", "old")]
    [InlineData("?q=team%3Dback%20cr", "crm")]
    [InlineData("?label=team%3Dback&state=protected", "crm")]
    [InlineData("?q=nobody", "")]
    [InlineData("?q=customers", "crm")]
    [InlineData("?group=state", "erp shop old crm")]
    [InlineData("?group=label:team", "erp crm shop old")]
    [InlineData("?group=engine", "erp shop crm old")]
    public void The_address_says_what_is_shown(string address, string names) =>
        Assert.Equal(names, string.Join(' ', HealthBoard.Of(All, Read(address), []).Sources.Select(s => s.Name)));

    [Theory]
    [InlineData("?q=a%20b&environment=prod&engine=postgres&label=team%3Dback&state=overdue&group=label:team&p=3")]
    [InlineData("?state=needs_you")]
    [InlineData("")]
    public void A_filter_is_written_as_it_was_read(string address)
    {
        var filter = Read(address);

        Assert.Equal(filter, Read(filter.ToQuery()));
        Assert.Equal(address.Length > 0, filter.IsFiltered);
    }

    [Fact]
    public void Each_limit_has_a_chip_that_takes_it_away()
    {
        var chips = Read("?q=er&environment=prod&label=team%3Dback&state=needs_you&group=engine&p=2").Chips().ToList();

        Assert.Equal(["“er”", "Production", "team=back", "Needs you"], chips.Select(c => c.Text));
        Assert.Equal("?q=er&environment=prod&label=team%3Dback&group=engine", chips[^1].Without.ToQuery());
    }

    [Fact]
    public void States_are_counted_among_what_fits_otherwise()
    {
        var board = HealthBoard.Of(All, Read("?label=team%3Dback&state=protected"), []);

        Assert.Equal(2, board.OfAnyState);
        Assert.Equal([("needs_you", 1), ("overdue", 1), ("protected", 1)], board.States);
    }

    [Fact]
    public void Groups_have_their_headings_and_the_worst_comes_first()
    {
        var groups = HealthBoard.Of(All, Read("?group=label:team"), []).Groups().ToList();

        Assert.Equal(["team=back", "team=front", "Without team"], groups.Select(g => g.Title));
        Assert.Equal([2, 1, 1], groups.Select(g => g.Sources.Count));
        Assert.Equal(
            ["Overdue", "At risk", "Paused", "Protected"],
            HealthBoard.Of(All, Read("?group=state"), []).Groups().Select(g => g.Title));
    }

    [Fact]
    public void A_server_is_found_by_the_databases_on_it()
    {
        var server = Boards.Source("db1", ProtectionWord.Protected);
        server = server with
        {
            State = server.State with
            {
                Databases = [new("Wiki", ProtectionWord.Protected, "It is.", Boards.Now, null, server.State.Promise)],
            },
        };

        Assert.Equal([server], HealthBoard.Of([.. All, server], Read("?q=wiki"), []).Sources);
    }

    [Fact]
    public void A_page_has_fifty_and_one_beyond_the_last_is_the_last()
    {
        var many = Enumerable.Range(0, 120).Select(n => Boards.Source($"db{n:000}", ProtectionWord.Protected)).ToList();

        Assert.Equal(("db050", 50, 3, 120), Look(HealthBoard.Of(many, Read("?p=2"), [])));
        Assert.Equal(("db100", 20, 3, 120), Look(HealthBoard.Of(many, Read("?p=9"), [])));

        static (string, int, int, int) Look(HealthBoard board) => (board.Sources[0].Name, board.Sources.Count, board.Pages, board.Total);
    }

    [Theory]
    [InlineData("erp shop old crm", 0)]
    [InlineData("shop erp old crm", 1)]
    [InlineData("crm erp shop old", 1)]
    [InlineData("crm old shop erp", 3)]
    [InlineData("erp shop", 2)]
    public void Rows_that_are_held_stay_and_those_that_should_stand_elsewhere_are_counted(string held, int moved)
    {
        Guid[] ids = [.. held.Split(' ').Select(name => All.Single(s => s.Name == name).Id), Guid.NewGuid()];

        var board = HealthBoard.Of(All, new BoardFilter(), ids);

        Assert.Equal(held, string.Join(' ', board.Sources.Select(s => s.Name)));
        Assert.Equal(moved, board.Moved);
    }

    private static BoardFilter Read(string address) => BoardFilter.Read(new QueryCollection(QueryHelpers.ParseQuery(address)));
}
