using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using BackupApp.Engines;
using BackupApp.Engines.Mongo;
using BackupApp.Engines.Mongo.Restores;
using BackupApp.Network;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;

namespace BackupApp.Tests.Support;

/// <summary>
/// A real MongoDB server for one test class, with access control, the one member of a replica set.
/// Its programs and the tools are looked for in the folder that MONGO_TOOLS names, then on PATH;
/// without them the tests are skipped and say so, since they cannot be had everywhere.
/// </summary>
public sealed class MongoServer : IAsyncLifetime
{
    public const string User = "kee@per:/?#[]%'\" ü";
    public const string Password = "p@ss: \"w/örd%'{}#\\ä";

    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder = Directory.CreateTempSubdirectory("mongod-").FullName;
    private Process? _server;
    private MongoClient? _client;

    public int Port { get; private set; }

    /// <summary>Where the programs are; null when not all of them are there.</summary>
    public static string? Folder { get; } = new[] { Environment.GetEnvironmentVariable("MONGO_TOOLS") }
        .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
        .FirstOrDefault(folder =>
            !string.IsNullOrEmpty(folder)
            && new[] { "mongod", "mongodump", "mongorestore" }.All(p => File.Exists(Path.Combine(folder, p))));

    public MongoClient Client => _client ?? throw new InvalidOperationException("The server does not run.");

    /// <summary>Without the password.</summary>
    public string Uri => $"mongodb://{System.Uri.EscapeDataString(User)}@127.0.0.1:{Port}/?authSource=admin&replicaSet=rs0";

    public static void Require() => Assert.SkipWhen(
        Folder is null,
        "No mongod, mongodump and mongorestore: name their folder in MONGO_TOOLS. Dumps of a real MongoDB server were not tested.");

    public static MongoTools Tools => new([Folder ?? ""]);

    public static MongoEngine Engine()
    {
        var network = Options.Create(new NetworkOptions());
        var connector = new MongoConnector(network, Tools);
        var restore = new MongoRestore(connector, new MongoRestoreTool(Tools, Path.GetTempPath()), network, TimeProvider.System);
        return new(connector, new MongoDump(Tools, Path.GetTempPath()), restore, network, TimeProvider.System);
    }

    public DatabaseConnection Connection(string database) =>
        MongoUri.Parse(Uri).Connection! with { Database = database, Secrets = new(Password) };

    public async ValueTask InitializeAsync()
    {
        if (Folder is null)
            return;

        Port = FreePort();
        var key = Path.Combine(_folder, "key");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(96)));
        File.SetUnixFileMode(key, OwnerFile);
        var log = Path.Combine(_folder, "log");
        _server = Process.Start(new ProcessStartInfo(
            Path.Combine(Folder, "mongod"),
            [
                "--dbpath",
                _folder,
                "--port",
                $"{Port}",
                "--bind_ip",
                "127.0.0.1",
                "--replSet",
                "rs0",
                "--keyFile",
                key,
                "--logpath",
                log,
                "--nounixsocket",
            ])
        { RedirectStandardOutput = true });

        // Before there is a user, whoever comes from the machine itself may make the first one.
        var first = new MongoClient($"mongodb://127.0.0.1:{Port}/?directConnection=true");
        var admin = first.GetDatabase("admin");
        var member = new BsonDocument { { "_id", 0 }, { "host", $"127.0.0.1:{Port}" } };
        await admin.RunCommandAsync<BsonDocument>(
            new BsonDocument(
                "replSetInitiate",
                new BsonDocument
                {
                    { "_id", "rs0" },
                    {
                        "members",
                        new BsonArray { member }
                    },
                }));
        await Until.TrueAsync(
            () => admin.RunCommand<BsonDocument>(new BsonDocument("hello", 1))["isWritablePrimary"].AsBoolean,
            "the server is primary");
        await CreateUserAsync(admin, User, Password, "root");
        _client = new MongoClient(new MongoClientSettings
        {
            Server = new MongoServerAddress("127.0.0.1", Port),
            DirectConnection = true,
            Credential = MongoCredential.CreateCredential("admin", User, Password),
        });
    }

    public Task CreateUserAsync(string user, string password, params string[] roles) =>
        CreateUserAsync(Client.GetDatabase("admin"), user, password, roles);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _server.Kill();
            await _server.WaitForExitAsync();
            _server.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <param name="roles">A role of admin, or <c>role@database</c>.</param>
    private static async Task CreateUserAsync(IMongoDatabase admin, string user, string password, params string[] roles)
    {
        var granted = roles.Select(r => r.Split('@'))
            .Select(r => new BsonDocument { { "role", r[0] }, { "db", r.Length > 1 ? r[1] : "admin" } });
        await admin.RunCommandAsync<BsonDocument>(
            new BsonDocument
            {
                { "createUser", user },
                { "pwd", password },
                { "roles", new BsonArray(granted) },
            });
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
