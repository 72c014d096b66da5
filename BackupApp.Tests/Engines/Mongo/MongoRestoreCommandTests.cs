using BackupApp.Engines;
using BackupApp.Engines.Mongo;
using BackupApp.Engines.Mongo.Restores;
using BackupApp.Engines.Restores;
using BackupApp.Tests.Engines.Postgres.Restores;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Mongo;

/// <summary>How mongorestore is called, and what its words mean.</summary>
public sealed class MongoRestoreCommandTests : IDisposable
{
    private static readonly DatabaseConnection Target =
        MongoUri.Parse("mongodb://kee%40per:x@db.example:27018/shop?authSource=admin").Connection! with { Secrets = new("p@ss") };

    private readonly string _folder = Directory.CreateTempSubdirectory("mongorestore-").FullName;

    [Fact]
    public async Task In_place_the_archives_collections_are_dropped_and_the_first_error_ends_it()
    {
        using var command = await PrepareAsync(Order(RestoreMode.Overwrite, "shop"));

        Assert.Equal(["--archive", "--nsInclude=shop.*", "--drop", "--stopOnError"], command.Arguments.Skip(1));
    }

    [Fact]
    public async Task Under_another_name_nothing_is_dropped_and_a_star_is_a_letter()
    {
        using var command = await PrepareAsync(Order(RestoreMode.NewDatabase, "new*") with
        {
            Selection = new([], [new("shop", "a*b")]),
            GoOnPastErrors = true,
        });

        Assert.Equal(["--archive", @"--nsInclude=shop.a\*b", "--nsFrom=shop.*", @"--nsTo=new\*.*"], command.Arguments.Skip(1));
    }

    [Fact]
    public async Task Whoever_picks_the_database_too_gets_all_of_it()
    {
        using var command = await PrepareAsync(Order(RestoreMode.NewDatabase, "shop") with
        {
            Selection = new(["shop"], [new("shop", "orders")]),
        });

        Assert.Equal(["--archive", "--nsInclude=shop.*", "--stopOnError"], command.Arguments.Skip(1));
    }

    [Fact]
    public async Task The_password_is_in_a_private_file_for_as_long_as_the_tool_runs_and_nowhere_else()
    {
        var command = await PrepareAsync(Order(RestoreMode.Overwrite, "shop"));
        var config = command.Arguments[0]["--config=".Length..];

        Assert.Contains(
            "password: \"p@ss\"", await File.ReadAllTextAsync(config, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(config));
        Assert.DoesNotContain("p@ss", command + string.Concat(command.Environment.Values), StringComparison.Ordinal);
        Assert.Null(command.StandardInput);
        command.Dispose();
        Assert.False(File.Exists(config));
    }

    [Fact]
    public void Documents_that_failed_are_counted_whatever_the_exit_code()
    {
        var steps = new HeardSteps([]);
        var lines = new MongoRestoreLines(steps);
        lines.Hear("2026-11-27T02:15:00.123+0000\trestoring shop.orders from archive on stdin");
        lines.Hear("2026-11-27T02:15:01.123+0000\tcontinuing through error: E11000 duplicate key error");
        lines.Hear("2026-11-27T02:15:02.123+0000\trestoring indexes for collection shop.orders from metadata");
        Assert.True(lines.MayBeSilent);
        lines.Hear("2026-11-27T02:15:03.123+0000\t10 document(s) restored successfully. 3 document(s) failed to restore.");

        Assert.Equal((3L, "E11000 duplicate key error"), (lines.Failed, lines.Error));
        Assert.Equal("shop.orders", steps.Progress.First().Item);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static RestoreOrder Order(RestoreMode mode, string database) =>
        new(Guid.NewGuid(), mode, Target, database, new(ArtifactKind.Database, "shop", "7.0"));

    private Task<BackupApp.Tools.ToolCommand> PrepareAsync(RestoreOrder order)
    {
        StandIn.Install(_folder, "mongodump", "mongodump version: 100.99.1");
        StandIn.Install(_folder, "mongorestore", "mongorestore version: 100.99.1");
        return new MongoRestoreTool(new([_folder], searchesUsualPlaces: false), Path.Combine(_folder, "private"))
            .PrepareAsync(order, TestContext.Current.CancellationToken);
    }
}
