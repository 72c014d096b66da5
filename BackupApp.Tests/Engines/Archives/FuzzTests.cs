using BackupApp.Engines;
using BackupApp.Engines.Archives;
using BackupApp.Inventories;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Archives;

/// <summary>
/// Archives with random damage: some can be seen and some not, but no reader fails, hangs or takes more memory than its limits allow. A
/// case is made of its number alone, so that one that fails can be repeated.
/// </summary>
public sealed class FuzzTests
{
    private const long MostAllocated = 8 * 1024 * 1024;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(ArchiveSamples.Postgres15, 1250)]
    [InlineData(ArchiveSamples.Postgres17, 1250)]
    [InlineData("pg_dump-17-compressed.dump", 1250)]
    [InlineData(ArchiveSamples.MongoServer, 1250)]
    public void Random_damage_makes_no_reader_fail_hang_or_swell(string sample, int cases) => Run(sample, cases);

    [Theory(Explicit = true)]
    [InlineData(ArchiveSamples.Postgres15, 25_000)]
    [InlineData(ArchiveSamples.Postgres17, 25_000)]
    [InlineData("pg_dump-17-compressed.dump", 25_000)]
    [InlineData(ArchiveSamples.MongoServer, 25_000)]
    public void A_hundred_thousand_damages_make_no_reader_fail_hang_or_swell(string sample, int cases) => Run(sample, cases);

    [Fact]
    public void Whatever_is_no_archive_at_all_is_refused_by_every_reader()
    {
        (Engine, ArtifactKind)[] all =
            [(Engine.Postgres, ArtifactKind.Database), (Engine.Postgres, ArtifactKind.Globals), (Engine.Mongodb, ArtifactKind.Server)];
        foreach (var (engine, kind) in all)
        {
            for (var seed = 0; seed < 300; seed++)
            {
                var noise = Support.TestBytes.Make(1 + (seed * 7), seed);
                Assert.IsNotType<ArchiveReading.Whole>(ArchiveReaders.For(engine, kind).ReadBy(noise));
            }
        }
    }

    private static void Run(string sample, int cases)
    {
        var whole = ArchiveSamples.Read(sample);
        var found = 0;
        for (var number = 0; number < cases; number++)
        {
            var random = new Random(number);
            var damaged = Damage(whole, random);
            var reader = ArchiveReaders.Recognize(whole)!;
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = new AwakeWatch();

            var reading = reader.ReadBy(damaged, 1 + random.Next(damaged.Length));

            Assert.True(watch.Elapsed < Longest, $"Case {number} took {watch.Elapsed}.");
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MostAllocated, $"Case {number} took {allocated} bytes.");
            var reason = (reading as ArchiveReading.NotRead)?.Reason ?? "";
            Assert.False(reason.StartsWith("The reader failed", StringComparison.Ordinal), $"Case {number}: {reading}");
            found += reading is ArchiveReading.Whole ? 0 : 1;
        }

        // Not all can be: who changes a letter of a name or a value leaves an archive that is whole.
        Assert.True(found > cases / 3, $"Only {found} of {cases} damages were found.");
    }

    // Most of a sample is rows, so that half of all damage goes where the structure is: to its first bytes.
    private static byte[] Damage(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            var at = random.Next(random.Next(2) == 0 ? Math.Min(8000, bytes.Count) : bytes.Count);
            var length = Math.Min(random.Next(1, 200), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)(random.Next(2) * 255);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length), length));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    for (var i = 0; i < Math.Min(length, 8); i++)
                        bytes[at + i] = (byte)random.Next(256);
                    break;
            }

            if (bytes.Count == 0)
                bytes.Add(0);
        }

        return [.. bytes];
    }
}
