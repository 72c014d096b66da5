using BackupApp.Engines;
using BackupApp.Engines.Mongo;
using BackupApp.Engines.Restores;
using BackupApp.Tests.Engines.Postgres.Restores;
using BackupApp.Tests.Support;
using BackupApp.Tools;
using MongoDB.Bson;
using MongoDB.Driver;

namespace BackupApp.Tests.Engines.Mongo;

/// <summary>Restores by the engine, with the real tools to a real server.</summary>
public sealed class MongoServerRestoreTests(MongoServer server) : IClassFixture<MongoServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_database_has_all_that_the_dump_holds()
    {
        MongoServer.Require();
        var dump = await FilledAsync("whole");
        var steps = new HeardSteps(dump);

        var report = await RestoreAsync(Order("whole", "whole_copy"), steps);

        Assert.Equal([("a", 20L), ("b", 20L)], await CountsAsync("whole_copy"));
        Assert.Equal((40L, "whole_copy"), (report.Rows, steps.Made?.Name));
    }

    [Fact]
    public async Task Only_what_is_picked_comes()
    {
        MongoServer.Require();
        var dump = await FilledAsync("picked");

        await RestoreAsync(Order("picked", "picked_copy") with { Selection = new([], [new("picked", "b")]) }, new HeardSteps(dump));

        Assert.Equal([("b", 20L)], await CountsAsync("picked_copy"));
    }

    [Fact]
    public async Task In_place_the_collections_of_the_dump_are_as_they_were_and_newer_ones_stay()
    {
        MongoServer.Require();
        var dump = await FilledAsync("replaced");
        await server.Client.GetDatabase("replaced").GetCollection<BsonDocument>("a").DeleteManyAsync(new BsonDocument(), Token);
        await AddAsync("replaced", "newer", 3);

        await RestoreAsync(Order("replaced", "replaced", RestoreMode.Overwrite), new HeardSteps(dump));

        Assert.Equal([("a", 20L), ("b", 20L), ("newer", 3L)], await CountsAsync("replaced"));
    }

    [Fact]
    public async Task The_archive_of_a_whole_server_is_not_taken_for_one_that_was_restored()
    {
        MongoServer.Require();
        var dump = await FilledAsync("of_server");

        var failure = await Assert.ThrowsAsync<RestoreFailedException>(
            () => RestoreAsync(Order("all databases", "of_server_copy"), new HeardSteps(dump)));

        Assert.Equal("nothing_picked", failure.FailureCode);
    }

    [Fact]
    public async Task Canceled_while_its_data_flows_nothing_of_a_new_database_stays()
    {
        MongoServer.Require();
        var dump = await FilledAsync("canceled");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var opened = 0;
        var steps = new HeardSteps(() => ++opened == 1 ? new MemoryStream(dump) : new CancelingStream(dump, dump.Length / 2, cancel));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => MongoServer.Engine().Restore.RestoreAsync(Order("canceled", "canceled_copy"), steps, cancel.Token));

        Assert.Empty(await CountsAsync("canceled_copy"));
        Assert.Null(steps.Made);
    }

    private static Task<RestoreReport> RestoreAsync(RestoreOrder order, HeardSteps steps) =>
        MongoServer.Engine().Restore.RestoreAsync(order, steps, Token);

    private RestoreOrder Order(string dumped, string database, RestoreMode mode = RestoreMode.NewDatabase) =>
        new(Guid.NewGuid(), mode, server.Connection(database), database, new(ArtifactKind.Database, dumped, null));

    private async Task<byte[]> FilledAsync(string database)
    {
        await AddAsync(database, "a", 20);
        await AddAsync(database, "b", 20);
        var connection = server.Connection(database);
        var connected = await MongoServer.Engine().ConnectAsync(connection, DumpSelection.Everything, Token);
        using var command = await new MongoDump(MongoServer.Tools, Path.GetTempPath())
            .PrepareAsync(connection, connected, DumpSelection.Everything, Token);
        using var archive = new MemoryStream();
        await new DumpProcess(command, StandIn.Limits, TimeProvider.System).CopyToAsync(archive, Token);
        return archive.ToArray();
    }

    private Task AddAsync(string database, string collection, int documents) =>
        server.Client.GetDatabase(database).GetCollection<BsonDocument>(collection).InsertManyAsync(
            Enumerable.Range(0, documents).Select(i => new BsonDocument("_id", i)), cancellationToken: Token);

    private async Task<List<(string Name, long Count)>> CountsAsync(string database)
    {
        var db = server.Client.GetDatabase(database);
        var counts = new List<(string, long)>();
        foreach (var name in (await (await db.ListCollectionNamesAsync(cancellationToken: Token)).ToListAsync(Token)).Order())
            counts.Add((name, await db.GetCollection<BsonDocument>(name).CountDocumentsAsync(new BsonDocument(), null, Token)));
        return counts;
    }
}
