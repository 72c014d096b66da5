using System.Reflection;
using System.Runtime.InteropServices;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Bench;

/// <summary>
/// What scripts/bench runs. In every run of the tests it runs once and small, beside the others, which shows that it works and
/// judges no time.
/// </summary>
[Trait("kind", "slow")]
public sealed class BenchTests(TestS3 s3) : IClassFixture<TestS3>
{
    // These make their own, or measure none.
    private static readonly string[] WithoutMuchData = ["idle", "long", "history"];

    [Fact]
    public async Task Its_short_form_fills_every_table()
    {
        await using var report = new StringWriter();

        await RunAsync(BenchSettings.Small, report);

        foreach (var title in new[]
            {
                "One dump: text and JSON",
                "One restore into a new database",
                "Two cores",
                "The first small backups",
                "20 ms to the store",
                "Memory of the whole process",
                "Cold start",
                "Idle for 2 s",
                "A long stream",
                "The history page",
                "Levels",
                "Reading archives",
                "Reading what is in a backup",
            })
            Assert.Contains($"### {title}", report.ToString(), StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public async Task Everything_that_was_asked_for()
    {
        await using var report = new StreamWriter(
            Environment.GetEnvironmentVariable(BenchSettings.ReportVariable) ?? Path.GetTempFileName());
        await RunAsync(BenchSettings.FromEnvironment(), report);
    }

    private async Task RunAsync(BenchSettings settings, TextWriter file)
    {
        TestS3.Require();
        await using var postgres = TestPostgres.Require();
        await using var servers = new BenchServers(postgres, s3, settings, new BenchReport(file));
        servers.Report.Line(await MachineAsync(postgres));
        var isSmall = !settings.Sections.Except(WithoutMuchData).Any();
        var data = await BenchData.MakeAsync(postgres, isSmall ? BenchSettings.Small.Megabytes : settings.Megabytes);
        foreach (var section in settings.Sections)
        {
            BenchReport.Progress(section);
            await RunAsync(section, servers, data);
        }
    }

    private static Task RunAsync(string section, BenchServers servers, BenchData data) => section switch
    {
        "levels" => LevelsSection.RunAsync(servers, data),
        "reader" => ReaderSection.RunAsync(servers, data),
        "inventory" => InventorySection.RunAsync(servers, data),
        "first" => FirstSection.RunAsync(servers, data),
        "stream" => StreamSection.RunAsync(servers, data),
        "restore" => RestoreSection.RunAsync(servers, data),
        "cores" => CoresSection.RunAsync(servers, data),
        "latency" => LatencySection.RunAsync(servers, data),
        "memory" => MemorySection.RunAsync(servers, data),
        "idle" => IdleSection.RunAsync(servers),
        "long" => LongSection.RunAsync(servers),
        "history" => HistorySection.RunAsync(servers, data),
        _ => throw new ArgumentException($"There is no section '{section}', but {string.Join(", ", BenchSettings.All)}."),
    };

    private static async Task<string> MachineAsync(TestPostgres postgres)
    {
        var model =
            File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':')[1]
                .Trim()
            ?? RuntimeInformation.ProcessArchitecture.ToString();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
        var version = await postgres.ScalarAsync<string>("SHOW server_version");
        var build = typeof(BackupApp.Backups.BackupJob).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration;
        return $"{DateTime.UtcNow:yyyy'-'MM'-'dd}, {Environment.ProcessorCount} cores ({model}), {memory} GiB, "
            + $"{RuntimeInformation.FrameworkDescription}, {build} build, PostgreSQL {version}";
    }
}
