using System.Security.Cryptography;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Errors;
using BackupApp.Runs;
using BackupApp.Tools;

namespace BackupApp.Tests.Backups;

/// <summary>The rules of a job that need no server.</summary>
public sealed class JobRulesTests
{
    private static readonly (RunStatus From, RunStatus To)[] Legal =
    [
        (RunStatus.Queued, RunStatus.Running),
        (RunStatus.Queued, RunStatus.Canceled),
        (RunStatus.Running, RunStatus.Success),
        (RunStatus.Running, RunStatus.Failed),
        (RunStatus.Running, RunStatus.Partial),
        (RunStatus.Running, RunStatus.Canceled),
    ];

    public static TheoryData<RunStatus, RunStatus> AllPairs
    {
        get
        {
            var all = Enum.GetValues<RunStatus>();
            return [.. all.SelectMany(from => all.Select(to => new TheoryDataRow<RunStatus, RunStatus>(from, to)))];
        }
    }

    public static TheoryData<Exception, RunStage, string, string> Failures => new()
    {
        { new DumpFailedException(RunStage.Dump, "dump_failed", "pg_dump ended."), RunStage.Dump, "dump_failed", "pg_dump ended." },
        { new DumpFailedException(RunStage.Store, "stalled", "It took nothing."), RunStage.Store, "stalled", "It took nothing." },
        {
            new ConnectException(ConnectionTestCode.AuthFailed, "Refused.", "Check the password."),
            RunStage.Connect,
            "auth_failed",
            "Refused.\nCheck the password."
        },
        { new ConnectException(ConnectionTestCode.Timeout, "No answer.", null), RunStage.Connect, "timeout", "No answer." },
        { new StoreException(StoreError.BucketNotFound, "No bucket."), RunStage.Store, "bucket_not_found", "No bucket." },
        {
            new AuthenticationTagMismatchException("tag"),
            RunStage.Connect,
            "decrypt_failed",
            "The stored credentials could not be decrypted. Enter them again."
        },
        { new InvalidDataException("Not gzip."), RunStage.Compress, "compress_failed", "Not gzip." },
        {
            new ArithmeticException("p4ssw0rd"), RunStage.Worker, "internal_error",
            "An error that BackupApp did not expect (ArithmeticException); the server's log has the details."
        },
    };

    [Theory]
    [MemberData(nameof(AllPairs))]
    public void A_job_moves_only_along_the_table_and_never_out_of_its_end(RunStatus from, RunStatus to) =>
        Assert.Equal(Legal.Contains((from, to)), BackupJob.CanMove(from, to));

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void A_failure_says_which_side_it_was_by_its_type(Exception failure, RunStage stage, string code, string summary) =>
        Assert.Equal(new RunOutcome(RunStatus.Failed, stage, code, summary), RunOutcome.From(failure));

    [Fact]
    public void A_cancelled_run_has_a_reason_and_no_error() =>
        Assert.Equal(new RunOutcome(RunStatus.Canceled, null, null, null, CancelReason.Paused), RunOutcome.Canceled(CancelReason.Paused));

    [Theory]
    [InlineData("Shop", "shop")]
    [InlineData("Shop / EU — main", "shop-eu-main")]
    [InlineData("Größe Ünïcode Łódź", "gro-e-unicode-odz")]
    [InlineData("日本語", "unnamed")]
    [InlineData("😀 smile", "smile")]
    [InlineData("", "unnamed")]
    [InlineData("..", "unnamed")]
    [InlineData("../../etc/passwd", "etc-passwd")]
    [InlineData(".hidden.", "hidden")]
    [InlineData("a.b_c-d", "a.b_c-d")]
    [InlineData("--help", "help")]
    [InlineData("a\0b\nc\\d'e\"f`g$h", "a-b-c-d-e-f-g-h")]
    public void A_name_becomes_a_part_of_a_key_that_is_safe_everywhere(string name, string slug) =>
        Assert.Equal(slug, ObjectNames.Slug(name));

    [Fact]
    public void A_long_name_is_cut_and_does_not_end_in_a_separator()
    {
        Assert.Equal(new string('x', 60), ObjectNames.Slug(new string('x', 300)));
        Assert.Equal(new string('x', 59), ObjectNames.Slug(new string('x', 59) + " and more"));
    }

    [Fact]
    public void A_key_names_source_database_time_and_job()
    {
        var id = Guid.Parse("01a206f1-7943-7162-92ae-58aa5fc04235");
        var time = new DateTimeOffset(2026, 11, 23, 4, 15, 0, TimeSpan.FromHours(2));

        var key = ObjectNames.Key("My shop", "orders_2", time, id, ".dump.gz");
        Assert.Equal("my-shop/orders_2/20261123T021500Z_01a206f17943716292ae58aa5fc04235.dump.gz", key);
        Assert.Equal("my-shop_orders_2_20261123T021500Z.dump.gz", ObjectNames.FileName(key));
    }

    [Fact]
    public void The_files_of_one_run_differ_in_one_folder_as_objects_and_as_downloads_and_sort_as_they_are_restored()
    {
        string[] databases = ["shop", "Shop", "globals", "a.b", "a_b", .. Enumerable.Range(0, 120).Select(n => $"d{n}")];
        var keys = ObjectNames.Keys(
            "My shop", [new(ArtifactKind.Globals, "globals"), .. databases.Select(d => new DumpTarget(ArtifactKind.Database, d))],
            new DateTimeOffset(2026, 11, 23, 2, 15, 0, TimeSpan.Zero),
            Guid.Parse("01a206f1-7943-7162-92ae-58aa5fc04235"),
            kind => kind == ArtifactKind.Globals ? ".sql.gz" : ".dump.gz");

        foreach (var names in (IReadOnlyList<string>[])[[.. keys.Select(k => k.Split('/')[^1])], [.. keys.Select(ObjectNames.FileName)]])
        {
            Assert.Equal(126, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
            Assert.Equal(names.Order(StringComparer.Ordinal), names);
        }

        Assert.Equal("my-shop/a.b/20261123T021500Z_01a206f17943716292ae58aa5fc04235_004_a-b.dump.gz", keys[4]);
        Assert.Equal(
            ["my-shop_000_globals_20261123T021500Z.sql.gz", "my-shop_004_a.b_20261123T021500Z.dump.gz"],
            [ObjectNames.FileName(keys[0]), ObjectNames.FileName(keys[4])]);
        Assert.All(
            keys,
            key => Assert.Equal("my-shop/20261123T021500Z_01a206f17943716292ae58aa5fc04235.restore.sh", ObjectNames.ScriptKey(key)));
        Assert.Equal("my-shop_20261123T021500Z.restore.sh", ObjectNames.ScriptFileName(keys[0]));
    }

    [Fact]
    public void Databases_whose_names_look_alike_get_keys_of_their_own_that_do_not_depend_on_the_others()
    {
        IReadOnlyList<string> Keys(params string[] databases) => [.. ObjectNames
            .Keys(
                "s",
                [.. databases.Select(d => new DumpTarget(ArtifactKind.Database, d)), new(ArtifactKind.Globals, "shop")],
                default,
                Guid.Empty,
                kind => kind == ArtifactKind.Globals ? ".sql.gz" : ".dump.gz")
            .Select(k => k.Split('/')[1])];

        var keys = Keys("shop", "Shop", "SHOP", "other", "ärger", "arger");
        Assert.Equal(6, keys.SkipLast(1).Distinct().Count());
        Assert.Equal(("other", "shop"), (keys[3], keys[6]));
        Assert.All(keys.Take(3), key => Assert.Matches("^shop-[0-9a-f]{8}$", key));
        Assert.Equal(keys[1], Keys("Shop", "sHOP")[0]);
        Assert.All(Keys(new string('x', 63), new string('x', 62) + "y").Take(2), key => Assert.Equal(60, key.Length));
    }

    [Fact]
    public void A_cursor_survives_its_own_text()
    {
        var cursor = new KeysetCursor(new DateTimeOffset(2026, 11, 23, 4, 15, 0, 123, 456, TimeSpan.Zero), Guid.NewGuid());

        Assert.Equal(cursor, KeysetCursor.Parse(cursor.ToString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("_")]
    [InlineData("638000000000000000")]
    [InlineData("638000000000000000_")]
    [InlineData("-1_01a206f17943716292ae58aa5fc04235")]
    [InlineData("99999999999999999999_01a206f17943716292ae58aa5fc04235")]
    [InlineData("3155378975999999999999_01a206f17943716292ae58aa5fc04235")]
    [InlineData("9000000000000000000_01a206f17943716292ae58aa5fc04235")]
    [InlineData("638000000000000000_01a206f1-7943-7162-92ae-58aa5fc04235")]
    [InlineData("638000000000000000_01a206f17943716292ae58aa5fc04235_more")]
    [InlineData("' or 1=1 --_x")]
    public void A_cursor_that_no_page_made_is_no_cursor(string? text) => Assert.Null(KeysetCursor.Parse(text));
}
