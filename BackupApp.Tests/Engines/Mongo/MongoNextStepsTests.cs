using BackupApp.Engines;
using BackupApp.Engines.Mongo;
using BackupApp.Engines.Mongo.Restores;
using BackupApp.Engines.Restores;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Mongo;

/// <summary>The commands that put picked collections back.</summary>
public sealed class MongoNextStepsTests
{
    [Fact]
    public async Task Names_of_any_letters_reach_the_tools_as_they_are()
    {
        var steps = MongoNextSteps.Of(Order("it's $HOME *", "shop_20261126")).ToList();

        Assert.Equal(2, steps.Count);
        Assert.Contains("it's $HOME *_restored", steps[1].Purpose, StringComparison.Ordinal);
        Assert.Equal(
            [
                "--uri=mongodb://there", "--db=shop_20261126", "--collection=it's $HOME *", "--archive",
                "--uri=mongodb://there", "--archive", @"--nsFrom=shop_20261126.it's $HOME \*", @"--nsTo=shop.it's $HOME \*_restored",
            ],
            await ArgumentsAsync(steps[1].Command));
    }

    [Fact]
    public void In_its_own_place_there_is_nothing_to_put_back()
    {
        Assert.Empty(MongoNextSteps.Of(Order("orders", "shop")));
        Assert.Empty(MongoNextSteps.Of(Order("orders", "shop_20261126") with { Selection = RestoreSelection.Everything }));
    }

    [Fact]
    public void Collections_that_get_no_commands_are_named()
    {
        var order = Order("orders", "shop_20261126");
        var many = order with { Selection = new([], [.. Enumerable.Range(1, 7).Select(n => new PickedTable("shop", $"c{n}"))]) };

        Assert.Null(MongoNextSteps.Untold(order));
        Assert.EndsWith("with other names: c6, c7.", MongoNextSteps.Untold(many), StringComparison.Ordinal);
        Assert.Null(MongoNextSteps.Untold(many with { Mode = RestoreMode.Overwrite }));
    }

    private static RestoreOrder Order(string collection, string database) => new(
        Guid.NewGuid(), RestoreMode.NewDatabase, MongoUri.Parse("mongodb://u:p@localhost/admin").Connection!, database,
        new DumpedDatabase(ArtifactKind.Database, "shop", null))
    {
        Selection = new([], [new("shop", collection)]),
    };

    // What the two tools would be given, a line each.
    private static async Task<string[]> ArgumentsAsync(string command)
    {
        const string tools = "mongodump() { printf '%s\\n' \"$@\"; }; mongorestore() { cat; printf '%s\\n' \"$@\"; }; ";
        var environment = new Dictionary<string, string> { ["MONGODB_URI"] = "mongodb://there" };
        var (code, output) = await Shell.RunAsync("bash", ["-c", tools + command], environment);
        Assert.True(code == 0, output);
        return output.TrimEnd('\n').Split('\n');
    }
}
