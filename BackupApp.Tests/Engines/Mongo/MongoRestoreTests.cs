using BackupApp.Engines;
using BackupApp.Engines.Archives;
using BackupApp.Engines.Mongo;
using BackupApp.Engines.Mongo.Restores;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Network;
using BackupApp.Restores;
using BackupApp.Tests.Engines.Archives;
using BackupApp.Tests.Engines.Postgres.Restores;
using BackupApp.Tests.Support;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Engines.Mongo;

/// <summary>
/// What a restore makes of a MongoDB server before, while and after the tool is at work; server and tool are stand-ins, the archive is
/// mongodump's own.
/// </summary>
public sealed class MongoRestoreTests : IDisposable
{
    private static readonly byte[] Archive = ArchiveSamples.Read(ArchiveSamples.Mongo);

    private static readonly (string Database, string Name, long Documents)[] Whole =
        [("copy", "orders", 1234), ("copy", "odd name ü", 3), ("copy", "capped", 1), ("copy", "empty", 0)];

    private readonly string _folder = Directory.CreateTempSubdirectory("mongorestore-").FullName;
    private readonly StandInMongo _server;

    public MongoRestoreTests() => _server = new(Path.Combine(_folder, "restored"), Whole);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_database_can_be_canceled_until_it_is_counted_and_then_is_there()
    {
        var at = new List<string>();
        var steps = new HeardSteps(Archive)
        {
            At = name =>
            {
                at.Add($"{name} of {_server.Collections.Count}");
                return Task.CompletedTask;
            },
        };

        var report = await Engine().RestoreAsync(Order(), steps, Token);

        Assert.Equal(["making of 0", "swapping of 4"], at);
        Assert.Equal((4, 1238L), (report.Tables.Count, report.Rows));
        var remains = await Engine().SettleAsync(Order(), steps.Marks, Token);
        Assert.Equal((RestoreStanding.InPlace, 4), (remains.Standing, _server.Collections.Count));
    }

    [Fact]
    public async Task A_tool_that_fails_leaves_nothing_of_a_new_database()
    {
        _server.Collections["other.orders"] = 7;
        var steps = new HeardSteps(Archive);

        var failure = await Assert.ThrowsAsync<RestoreFailedException>(
            () => Engine("cat > /dev/null; touch restored; exit 1").RestoreAsync(Order(), steps, Token));

        Assert.Equal(("restore_failed", null), (failure.FailureCode, failure.Advice));
        Assert.Equal((null, null), (steps.Made, steps.Swap));
        Assert.Equal(["other.orders"], _server.Collections.Keys);
    }

    [Fact]
    public async Task Canceled_while_its_data_flows_a_new_database_goes_again()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var opened = 0;
        var steps = new HeardSteps(
            () => ++opened == 1 ? new MemoryStream(Archive) : new CanceledStream(Archive, () => !_server.Collections.IsEmpty, cancel));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Engine("touch restored; cat > /dev/null").RestoreAsync(Order(), steps, cancel.Token));

        Assert.Equal((2, null, null), (opened, steps.Made, steps.Swap));
        Assert.Empty(_server.Collections);
    }

    [Theory]
    [InlineData("orders", true)]
    [InlineData("order", false)]
    public async Task What_is_picked_must_be_in_the_archive_before_anything_is_dropped(string name, bool isThere)
    {
        var order = Order(RestoreMode.Overwrite) with { Selection = new(["elsewhere"], [new("sample", name)]) };
        var steps = new HeardSteps(Archive);

        var restoring = Engine().RestoreAsync(order, steps, Token);

        if (isThere)
        {
            Assert.Equal([new("copy", "orders", 1234)], (await restoring).Tables);
            Assert.Equal("Not in this backup: elsewhere.", Assert.Single(steps.Warnings));
            return;
        }

        var failure = await Assert.ThrowsAsync<RestoreFailedException>(() => restoring);
        Assert.Equal(("nothing_picked", "Not in this backup: elsewhere, sample.order."), (failure.FailureCode, failure.Advice));
        Assert.Equal((null, null), (steps.Made, steps.Swap));
    }

    [Fact]
    public async Task A_backup_that_breaks_off_while_it_replaces_says_what_was_replaced()
    {
        var opened = 0;
        var steps = new HeardSteps(
            () => ++opened == 1 ? new MemoryStream(Archive) : new UnreadableStream(Archive, Archive.Length / 2));

        var failure = await Assert.ThrowsAsync<RestoreFailedException>(
            () => Engine().RestoreAsync(Order(RestoreMode.Overwrite), steps, Token));

        Assert.Equal((RunStage.Read, "unavailable"), (failure.Stage, failure.FailureCode));
        Assert.Contains("are restored already", failure.Sentence, StringComparison.Ordinal);
        Assert.Equal(RestoreStanding.Touched, (await Engine().SettleAsync(Order(RestoreMode.Overwrite), steps.Marks, Token)).Standing);
    }

    [Fact]
    public async Task After_a_crash_only_what_the_archive_holds_is_dropped()
    {
        var inventory = ArchiveReaders.For(BackupApp.Engines.Engine.Mongodb, ArtifactKind.Database).ReadBy(Archive).Inventory();
        var order = Order() with { Dump = new(ArtifactKind.Database, "sample", "4.4", Inventory: inventory) };
        var marks = new RestoreMarks(new("copy", 0), null);
        (_server.Collections["copy.orders"], _server.Collections["copy.capped"]) = (600, 1);

        var alone = await Engine().SettleAsync(order, marks, Token);
        (_server.Collections["copy.orders"], _server.Collections["copy.theirs"]) = (600, 1);
        var shared = await Engine().SettleAsync(order, marks, Token);

        Assert.Equal((RestoreStanding.AsBefore, RestoreStanding.Touched), (alone.Standing, shared.Standing));
        Assert.Equal(["copy.theirs"], _server.Collections.Keys);
    }

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <param name="script">What mongorestore does.</param>
    private MongoRestore Engine(string script = "cat > /dev/null; touch restored")
    {
        StandIn.Install(_folder, "mongodump", "mongodump version: 100.99.1");
        StandIn.Install(_folder, "mongorestore", "mongorestore version: 100.99.1", $"cd '{_folder}'; {script}");
        var (network, tools) = (Options.Create(new NetworkOptions()), new MongoTools([_folder], searchesUsualPlaces: false));
        var tool = new MongoRestoreTool(tools, Path.Combine(_folder, "private"));
        return new(new MongoConnector(network, tools), tool, network, TimeProvider.System);
    }

    private RestoreOrder Order(RestoreMode mode = RestoreMode.NewDatabase) => new(
        Guid.NewGuid(),
        mode,
        new(BackupApp.Engines.Engine.Mongodb, "127.0.0.1", _server.Port, "copy", "", TlsMode.Disable, new Dictionary<string, string>(),
            new(null)),
        "copy",
        new(ArtifactKind.Database, "sample", "4.4"));

    /// <summary>Is canceled in its middle, when the tool has restored something.</summary>
    private sealed class CanceledStream(byte[] dump, Func<bool> isRestored, CancellationTokenSource cancel)
        : PartStream(dump, dump.Length / 2)
    {
        protected override async Task HappenAsync()
        {
            await Until.TrueAsync(isRestored, "the tool is at work");
            await cancel.CancelAsync();
        }
    }

    private sealed class UnreadableStream(byte[] dump, int length) : PartStream(dump, length)
    {
        protected override Task HappenAsync() =>
            throw new DumpReadException("unavailable", "The stored backup could not be read.", new IOException());
    }
}
