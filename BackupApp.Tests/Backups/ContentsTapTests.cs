using BackupApp.Backups;
using BackupApp.Engines;
using BackupApp.Engines.Archives;
using BackupApp.Inventories;
using BackupApp.Tests.Engines.Archives;
using BackupApp.Tools;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Backups;

/// <summary>The reader looks on, and a backup is none the worse for it.</summary>
public sealed class ContentsTapTests
{
    private const int Block = 1000;

    private readonly FakeTimeProvider _clock = new();
    private readonly MemoryStream _target = new();

    [Fact]
    public void What_passes_is_unchanged_and_read()
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Postgres15);

        var reading = Pass(archive, ArchiveReaders.For(Engine.Postgres, ArtifactKind.Database));

        Assert.Equal(archive, _target.ToArray());
        Assert.Contains("public.orders Table 1234", reading.Inventory().Lines());
    }

    [Fact]
    public void A_reader_that_throws_is_asked_no_more_and_everything_passes()
    {
        var archive = new byte[10 * Block];
        var reader = new Reader(_ => throw new InvalidOperationException("secret rows"));

        var reading = Pass(archive, reader);

        Assert.Equal(archive.Length, _target.Length);
        Assert.Equal(1, reader.Writes);
        Assert.Equal("The reader failed: InvalidOperationException.", Assert.IsType<ArchiveReading.NotRead>(reading).Reason);
    }

    [Fact]
    public void A_reader_that_holds_up_the_dump_is_asked_no_more_and_everything_passes()
    {
        var archive = new byte[10 * Block];
        var reader = new Reader(_ => _clock.Advance(TimeSpan.FromSeconds(11)));

        var reading = Pass(archive, reader);

        Assert.Equal(archive.Length, _target.Length);
        Assert.Equal(3, reader.Writes); // Half a minute in all.
        Assert.Contains("as fast as it came", Assert.IsType<ArchiveReading.NotRead>(reading).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_that_fails_comes_before_the_reader()
    {
        var reader = new Reader(_ => { });
        _target.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Pass(new byte[Block], reader));

        Assert.Equal(0, reader.Writes);
    }

    [Fact]
    public void Only_what_ends_early_is_a_failed_dump_and_only_while_it_may_be()
    {
        var early = new ArchiveReading.Damaged("It ends early.", "in the rows of public.orders, after 12 bytes", EndsEarly: true, null);
        var odd = early with { What = "A block makes no sense.", EndsEarly = false };

        var failure = Assert.Throws<DumpFailedException>(() => ArchiveJudgement.Note(early, "/usr/bin/pg_dump", failsBackups: true));

        Assert.Equal("archive_damaged", failure.Code);
        Assert.Equal(
            "pg_dump reported success, but what it wrote is not a whole archive. "
            + "It ends early, in the rows of public.orders, after 12 bytes.",
            failure.Message);
        var words = ArchiveJudgement.Note(early, "pg_dump", failsBackups: false);
        Assert.Contains("before you trust it: what pg_dump wrote is not a whole archive", words, StringComparison.Ordinal);
        Assert.Contains("could not be understood", ArchiveJudgement.Note(odd, "pg_dump", failsBackups: true), StringComparison.Ordinal);
        Assert.Null(ArchiveJudgement.Note(new ArchiveReading.NotRead("An unknown form."), "pg_dump", failsBackups: true));
    }

    private ArchiveReading Pass(byte[] archive, IArchiveReader reader)
    {
        using var tap = new ContentsTap(_target, reader, _clock);
        foreach (var block in archive.Chunk(Block))
            tap.Write(block);
        return tap.Complete();
    }

    private sealed class Reader(Action<int> write) : IArchiveReader
    {
        public int Writes { get; private set; }

        public ArchiveProgress? Progress => null;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            Writes++;
            write(bytes.Length);
        }

        public ArchiveReading Complete() => new ArchiveReading.NotRead("It is a test's.");
    }
}
