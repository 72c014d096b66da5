using BackupApp.Engines;
using BackupApp.Engines.Archives;
using BackupApp.Engines.Mongo;
using BackupApp.Inventories;
using BackupApp.Streams;
using BackupApp.Tests.Support;
using BackupApp.Tools;
using MongoDB.Bson;
using MongoDB.Driver;

namespace BackupApp.Tests.Engines.Mongo;

/// <summary>A real server: its logins, and its dumps read back by the command that the product tells its users.</summary>
public sealed class MongoServerTests(MongoServer server) : IClassFixture<MongoServer>, IDisposable
{
    private const int Collections = 4;
    private const int Documents = 25_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("mongo-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_thousand_documents_come_back_with_their_indexes()
    {
        MongoServer.Require();
        await FillAsync("shop");
        var before = await FingerprintAsync("shop");
        var file = await DumpAsync(Connection("shop"), DumpSelection.Everything);
        await server.Client.DropDatabaseAsync("shop", Token);

        await RestoreAsync(file, new(ArtifactKind.Database, "shop"));

        Assert.Equal(before, await FingerprintAsync("shop"));
        Assert.Equal(Collections * Documents, before.Sum(c => c.Count));
    }

    [Fact]
    public async Task A_collection_that_is_left_out_is_not_in_the_archive()
    {
        MongoServer.Require();
        await FillAsync("part", documents: 10);
        var selection = new DumpSelection { ExcludeCollections = ["coll 1"] };
        var file = await DumpAsync(Connection("part"), selection);
        var before = await FingerprintAsync("part");
        await server.Client.DropDatabaseAsync("part", Token);

        await RestoreAsync(file, new(ArtifactKind.Database, "part"));

        Assert.Equal(before.Where(c => c.Name != "coll 1"), await FingerprintAsync("part"));
    }

    [Fact]
    public async Task A_whole_server_is_dumped_with_its_oplog_by_a_user_that_may_only_back_up()
    {
        MongoServer.Require();
        await server.CreateUserAsync("backup only", "b@ckup", "backup");
        await FillAsync("whole", documents: 10);
        var selection = new DumpSelection { Scope = SourceScope.Server, Oplog = true };
        var connection = Connection("") with { Username = "backup only", Secrets = new("b@ckup") };

        var tested = await Engine().TestAsync(connection, selection, Token);
        var file = await DumpAsync(connection, selection);

        Assert.Equal((ConnectionTestCode.Ok, "rs0"), (tested.Code, tested.Server?.ReplicaSet));
        Assert.Equal((0, ""), await Shell.GzipTestAsync(file));
    }

    [Fact]
    public async Task What_its_archive_says_is_what_the_server_counts()
    {
        MongoServer.Require();
        await FillAsync("counted", documents: 3000);
        await server.Client.GetDatabase("counted").CreateCollectionAsync("empty ü", cancellationToken: Token);
        var counted = await FingerprintAsync("counted");

        var file = await DumpAsync(Connection("counted"), DumpSelection.Everything);

        var inventory = Assert.IsType<ArchiveReading.Whole>(await ArchiveFile.ReadAsync(file, Token)).Inventory;
        Assert.Equal(
            counted.Select(c => $"counted.{c.Name} {c.Count}").Order(),
            inventory.Tables.Select(t => $"{t.Schema}.{t.Name} {t.Rows}").Order());
        Assert.Equal((2 * Collections) + 1, inventory.Objects.Indexes);
    }

    [Theory]
    [InlineData("read@rights", ConnectionTestCode.Ok)]
    [InlineData("read@other", ConnectionTestCode.DatabaseNotFound)]
    [InlineData("clusterMonitor", ConnectionTestCode.PrivilegesMissing)]
    public async Task What_a_user_may_not_read_is_named_with_the_role_that_mends_it(string role, ConnectionTestCode code)
    {
        MongoServer.Require();
        await server.CreateUserAsync(role, "pw", role);
        await server.Client.GetDatabase("rights").GetCollection<BsonDocument>("c").InsertOneAsync([], cancellationToken: Token);

        var result = await Engine()
            .TestAsync(Connection("rights") with { Username = role, Secrets = new("pw") }, DumpSelection.Everything, Token);

        Assert.Equal(code, result.Code);
        if (code == ConnectionTestCode.PrivilegesMissing)
            Assert.Contains(
                $"grantRolesToUser(\"{role}\", [{{ role: \"read\", db: \"rights\" }}])",
                result.Advice,
                StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_passwords_and_unknown_databases_are_told_apart()
    {
        MongoServer.Require();
        await FillAsync("known", documents: 1);

        var good = await Engine().TestAsync(Connection("known"), DumpSelection.Everything, Token);
        var wrong = await Engine().TestAsync(Connection("known") with { Secrets = new("wrong") }, DumpSelection.Everything, Token);
        var unknown = await Engine().TestAsync(Connection("unknown"), DumpSelection.Everything, Token);
        var nobody = await Engine().TestAsync(Connection("known") with { Username = "" }, DumpSelection.Everything, Token);

        Assert.Equal(
            [ConnectionTestCode.Ok, ConnectionTestCode.AuthFailed, ConnectionTestCode.DatabaseNotFound, ConnectionTestCode.AuthFailed],
            new[] { good, wrong, unknown, nobody }.Select(r => r.Code));
        Assert.True(good.Server?.DatabaseSize > 0);
        Assert.Contains("known", unknown.Advice, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static MongoEngine Engine() => MongoServer.Engine();

    private DatabaseConnection Connection(string database) => server.Connection(database);

    private async Task FillAsync(string database, int documents = Documents)
    {
        for (var c = 0; c < Collections; c++)
        {
            var collection = server.Client.GetDatabase(database).GetCollection<BsonDocument>($"coll {c}");
            await collection.InsertManyAsync(
                Enumerable.Range(0, documents)
                    .Select(i => new BsonDocument
                    {
                        { "_id", i },
                        { "name", $"ä🔑 {i * c}" },
                        { "v", i * 7 % 1000 },
                    }),
                cancellationToken: Token);
            await collection.Indexes.CreateOneAsync(
                new CreateIndexModel<BsonDocument>(
                    new BsonDocument { { "v", 1 }, { "name", -1 } },
                    new CreateIndexOptions { Name = "vn" }),
                cancellationToken: Token);
        }
    }

    private async Task<List<(string Name, long Count, string Hash, string Indexes)>> FingerprintAsync(string database)
    {
        var db = server.Client.GetDatabase(database);
        var hashes = (await db.RunCommandAsync<BsonDocument>(new BsonDocument("dbHash", 1), cancellationToken: Token))[
            "collections"
        ].AsBsonDocument;
        var found = new List<(string, long, string, string)>();
        foreach (var (name, hash) in hashes.OrderBy(h => h.Name, StringComparer.Ordinal).Select(h => (h.Name, h.Value.AsString)))
        {
            var collection = db.GetCollection<BsonDocument>(name);
            var indexes = await (await collection.Indexes.ListAsync(Token)).ToListAsync(Token);
            found.Add(
                (
                    name,
                    await collection.CountDocumentsAsync(new BsonDocument(), cancellationToken: Token),
                    hash,
                    string.Join(", ", indexes.Select(i => i.ToJson()).Order())));
        }

        return found;
    }

    private async Task<string> DumpAsync(DatabaseConnection connection, DumpSelection selection)
    {
        var tool = new MongoDump(MongoServer.Tools, _folder);
        var connected = await Engine().ConnectAsync(connection, selection, Token);
        using var command = await tool.PrepareAsync(connection, connected, selection, Token);
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.archive.gz");
        await using var file = File.Create(path);
        await using var gzip = new ParallelGzipStream(file, 6, 2, cancellationToken: Token);
        await new DumpProcess(command, StandIn.Limits, TimeProvider.System).CopyToAsync(gzip, Token);
        await gzip.FinishAsync(Token);
        return path;
    }

    // The shown line, with the address and the login of this server in the place of its example.
    private async Task RestoreAsync(string file, DumpTarget target)
    {
        var config = Path.Combine(_folder, "restore.yaml");
        var password = MongoServer.Password
            .Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(config, $"uri: \"{server.Uri}\"\npassword: \"{password}\"\n", Token);
        var line = MongoDump.RestoreCommand(new(file, StoredForm.Of(1)), target)
            .Replace("--uri=mongodb://localhost:27017", $"--config={config}", StringComparison.Ordinal);
        var (exit, output) = await Shell.RunAsync(
            "sh", ["-c", line], new Dictionary<string, string> { ["PATH"] = $"{MongoServer.Folder}:/usr/bin:/bin" });
        Assert.True(exit == 0, output);
    }
}
