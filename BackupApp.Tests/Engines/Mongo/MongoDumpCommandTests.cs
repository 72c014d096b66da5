using BackupApp.Engines;
using BackupApp.Engines.Mongo;
using BackupApp.Errors;
using BackupApp.Streams;
using BackupApp.Tests.Support;
using BackupApp.Tools;

namespace BackupApp.Tests.Engines.Mongo;

/// <summary>How mongodump is called, with a stand-in that writes down what it was given.</summary>
public sealed class MongoDumpCommandTests : IDisposable
{
    private const string Password = "p@ss: \"w/ör\\d%'{}#🔑\u0085\u2028\ttab";
    private const UnixFileMode Runnable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly DatabaseConnection Plain = MongoUri
        .Parse(
            "mongodb://kee%40per:x@db.example:27018,db2.example/shop?replicaSet=rs0&readPreference=secondary&authSource=admin"
                + "&connectTimeoutMS=1000&serverSelectionTimeoutMS=2000&socketTimeoutMS=3000&w=majority&retryWrites=true").Connection! with
    { Secrets = new(Password) };

    private static readonly DumpSelection WholeServer = new() { Scope = SourceScope.Server };
    private static readonly ConnectedServer Server = new(new("7.0.5", 7, null, false, false, null), null);

    private readonly string _folder = Directory.CreateTempSubdirectory("mongodump-").FullName;

    [Fact]
    public async Task One_database_goes_to_standard_output_without_the_tools_own_compression()
    {
        using var command = await PrepareAsync(Plain, new DumpSelection { ExcludeCollections = ["a b", "--c"] });

        Assert.Equal(
            ["--config=/dev/stdin", "--archive", "--db=shop", "--excludeCollection=a b", "--excludeCollection=--c"],
            command.Arguments);
        Assert.Equal("mongodump 100.99.1", command.ToolVersion);
        Assert.Contains("a b, --c", command.Notes.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "--config=/dev/stdin --archive")]
    [InlineData(true, "--config=/dev/stdin --archive --oplog")]
    public async Task A_whole_server_names_no_database_and_takes_the_oplog_when_asked(bool oplog, string arguments)
    {
        using var command = await PrepareAsync(Plain with { Database = "" }, WholeServer with { Oplog = oplog });

        Assert.Equal(arguments, string.Join(' ', command.Arguments));
    }

    [Fact]
    public async Task How_to_connect_is_read_from_the_pipe_and_the_password_is_not_in_the_uri()
    {
        using var command = await PrepareAsync(Plain);

        Assert.Equal(
            "uri: \"mongodb://kee%40per@db.example:27018,db2.example:27017/?"
            + "tls=false&authSource=admin&readPreference=secondary&replicaSet=rs0\"\n"
            + "password: \"p@ss: \\\"w/ör\\\\d%'{}#🔑\\u0085\\u2028\\u0009tab\"\n",
            command.StandardInput);
        Assert.Null(command.PrivateFolder);
        Assert.DoesNotContain("p@ss", command.ToString() + string.Concat(command.Environment.Values), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tool_finds_it_there_and_nowhere_else()
    {
        using var command = await PrepareAsync(Plain, script: "cat \"${1#--config=}\"; env >&2; tr '\\0' ' ' </proc/self/cmdline >&2");
        using var sink = new MemoryStream();
        var process = new DumpProcess(command, StandIn.Limits, TimeProvider.System);

        await process.CopyToAsync(sink, TestContext.Current.CancellationToken);

        Assert.Equal(command.StandardInput, System.Text.Encoding.UTF8.GetString(sink.ToArray()));
        Assert.DoesNotContain("p@ss", process.StderrTail, StringComparison.Ordinal);
        Assert.DoesNotContain("\nUSER=", process.StderrTail, StringComparison.Ordinal);
        Assert.Contains("\nHOME=/nonexistent", $"\n{process.StderrTail}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificates_are_files_of_their_owner_only_and_go_with_the_command()
    {
        var secrets = new ConnectionSecrets("pw", "-----CA", "-----CERT", "-----KEY");
        var command = await PrepareAsync(Plain with { TlsMode = TlsMode.VerifyFull, Secrets = secrets });

        var files = Directory.GetFiles(command.PrivateFolder!).Order().ToArray();
        Assert.Equal(["-----CA", "-----CERT\n-----KEY\n"], files.Select(File.ReadAllText));
        Assert.All(files, f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));
        Assert.Equal(Runnable, File.GetUnixFileMode(command.PrivateFolder!));
        Assert.Contains(
            $"&tlsCAFile={Uri.EscapeDataString(files[0])}&tlsCertificateKeyFile={Uri.EscapeDataString(files[1])}\"",
            command.StandardInput,
            StringComparison.Ordinal);
        command.Dispose();
        Assert.False(Directory.Exists(command.PrivateFolder));
    }

    [Theory]
    [InlineData(TlsMode.Disable, "?tls=false")]
    [InlineData(TlsMode.Require, "?tls=true&tlsInsecure=true&")]
    [InlineData(TlsMode.VerifyFull, "?tls=true&authSource")]
    public async Task The_encryption_is_said_whatever_it_is(TlsMode mode, string text)
    {
        using var command = await PrepareAsync(Plain with { TlsMode = mode });

        Assert.Contains(text, command.StandardInput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_dns_said_of_the_members_is_what_the_tool_connects_to()
    {
        var srv = MongoUri.Parse("mongodb+srv://u:p@c.example.com/shop").Connection!;
        var members = srv with
        {
            Srv = false,
            Host = "m1.example.com",
            Parameters = new Dictionary<string, string> { ["replicaSet"] = "atlas" },
        };

        using var command = await PrepareAsync(srv, server: Server with { Resolved = members });

        Assert.StartsWith(
            "uri: \"mongodb://u@m1.example.com:27017/?tls=true&replicaSet=atlas\"",
            command.StandardInput,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_tool_the_failure_says_what_to_install()
    {
        var tool = new MongoDump(new MongoTools([_folder], searchesUsualPlaces: false), _folder);

        var e = await Assert.ThrowsAsync<DumpFailedException>(() =>
            tool.PrepareAsync(Plain, Server, DumpSelection.Everything, TestContext.Current.CancellationToken));

        Assert.Equal((RunStage.Connect, "server_version_unsupported"), (e.Stage, e.Code));
    }

    [Fact]
    public async Task A_tool_that_was_once_too_slow_to_answer_is_asked_again()
    {
        var file = Path.Combine(_folder, "mongodump");
        StandIn.Write(file, "echo 'mongodump version: 100.99.1'\n[ -e \"$0.asked\" ] && exit\ntouch \"$0.asked\"; sleep 60");
        var tools = new MongoTools([_folder], patience: TimeSpan.FromSeconds(0.5));

        // A busy machine may end it before its first line.
        await Until.TrueAsync(
            () =>
            {
                Assert.NotEqual(file, tools.Find()?.MongoDump);
                return File.Exists($"{file}.asked");
            },
            "it is asked");

        await Until.TrueAsync(() => tools.Find()?.MongoDump == file, "it is found");
    }

    [Theory]
    [InlineData(
        ArtifactKind.Database,
        "shop",
        "gunzip -c -- f.archive.gz | mongorestore --archive --nsInclude='shop.*' --uri=mongodb://localhost:27017")]
    [InlineData(
        ArtifactKind.Database,
        "it's*",
        @"gunzip -c -- f.archive.gz | mongorestore --archive --nsInclude='it'\''s\*.*' --uri=mongodb://localhost:27017")]
    [InlineData(ArtifactKind.Server, "all databases", "gunzip -c -- f.archive.gz | mongorestore --archive --uri=mongodb://localhost:27017")]
    [InlineData(
        ArtifactKind.Server,
        "all databases with oplog",
        "gunzip -c -- f.archive.gz | mongorestore --archive --oplogReplay --uri=mongodb://localhost:27017")]
    public void The_way_back_is_shown(ArtifactKind kind, string name, string command) =>
        Assert.Equal(command, MongoDump.RestoreCommand(new("f.archive.gz", StoredForm.Of(3)), new(kind, name)));

    [Fact]
    public void The_way_back_says_what_happens_to_data_that_is_there_and_where_the_password_goes()
    {
        var advice = MongoDump.RestoreAdvice;

        Assert.Contains("Nothing that is there is dropped or overwritten", advice, StringComparison.Ordinal);
        Assert.Contains("--config=<file>", advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SourceScope.Database, false, ArtifactKind.Database, "shop")]
    [InlineData(SourceScope.Server, false, ArtifactKind.Server, "all databases")]
    [InlineData(SourceScope.Server, true, ArtifactKind.Server, "all databases with oplog")]
    public void A_whole_server_is_one_archive(SourceScope scope, bool oplog, ArtifactKind kind, string name) =>
        Assert.Equal(new DumpTarget(kind, name), MongoDump.Target(Plain, new() { Scope = scope, Oplog = oplog }));

    [Fact]
    public async Task A_failure_speaks_in_the_tools_own_words_without_the_password()
    {
        using var command = await PrepareAsync(
            Plain with { Secrets = new("s3cret/") },
            script: "printf '2026-11-23T02:15:00.1+0000\\tdumping\\n2026-11-23T02:15:01.1+0000\\tFailed: mongodb://u:s3cret%%2F@h: "
                + "s3cret/ is wrong\\n' >&2; echo half an archive; exit 1");
        var process = new DumpProcess(command, StandIn.Limits, TimeProvider.System);

        var e = await Assert.ThrowsAsync<DumpFailedException>(() =>
            process.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));

        Assert.Equal(
            (RunStage.Dump, "dump_failed", "mongodump ended with exit code 1: mongodb://u:***@h: *** is wrong"),
            (e.Stage, e.Code, e.Message));
        Assert.DoesNotContain("s3cret", process.StderrTail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_is_killed_has_failed()
    {
        using var command = await PrepareAsync(Plain, script: "echo half an archive; kill -9 $$");

        var e = await Assert.ThrowsAsync<DumpFailedException>(() =>
            new DumpProcess(command, StandIn.Limits, TimeProvider.System).CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));

        Assert.Contains("SIGKILL", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_does_not_listen_while_it_connects_is_ended_all_the_same()
    {
        using var command = await PrepareAsync(Plain, script: "trap '' TERM; echo $$ >&2; while :; do sleep 0.1; done");
        var process = new DumpProcess(command, StandIn.Limits with { Patience = TimeSpan.FromMilliseconds(300) }, TimeProvider.System);
        using var cancel = new CancellationTokenSource();
        var copy = process.CopyToAsync(Stream.Null, cancel.Token);
        await Until.TrueAsync(() => process.StderrTail.Length > 0, "the tool runs");

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copy);
        Assert.True(StandIn.HasEnded(process.ProcessId!.Value));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<ToolCommand> PrepareAsync(
        DatabaseConnection connection,
        DumpSelection? selection = null,
        ConnectedServer? server = null,
        string script = "exit 0")
    {
        StandIn.Install(_folder, "mongodump", "mongodump version: 100.99.1", script);
        var tool = new MongoDump(new MongoTools([_folder]), Path.Combine(_folder, "private"));
        return tool.PrepareAsync(
            connection, server ?? Server, selection ?? DumpSelection.Everything, TestContext.Current.CancellationToken);
    }
}
