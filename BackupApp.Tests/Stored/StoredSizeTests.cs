using System.Globalization;
using System.Text.Json;
using BackupApp.Backups;
using BackupApp.Runs;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Stored;

/// <summary>What is stored is what is there: of what failed or was canceled nothing, of a data source all that it has.</summary>
[Collection(nameof(BackupsOfOneApp))]
public sealed class StoredSizeTests(JobBench bench)
{
    [Fact]
    public async Task A_canceled_backup_stored_nothing_wherever_one_looks()
    {
        await bench.RequireAsync();
        await using var relay = bench.Relay();
        var source = await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port);
        var id = await bench.StartAsync(source, null);

        await bench.Client.SubmitAsync($"/Jobs/{id}", "?handler=Cancel", []);
        await bench.Client.FinishedAsync(id);

        var job = await bench.JobAsync(id);
        Assert.Equal((RunStatus.Canceled, 0L), (job.Status, job.BytesStored));
        Assert.True(job.BytesRead > 0);
        Assert.Equal(0, (await bench.Client.StatusAsync(id)).BytesStored);
        Assert.Matches(@"<dt>Stored</dt>\s*<dd>\s*Nothing\s*</dd>", await bench.Client.GetAsync($"/Jobs/{id}"));
        var api = JsonDocument.Parse(await bench.Client.GetAsync($"/api/v1/backups/{id}")).RootElement;
        Assert.Equal(0, api.GetProperty("jobBytesWritten").GetInt64());
    }

    [Fact]
    public async Task Stored_of_a_data_source_is_all_that_it_has()
    {
        await bench.RequireAsync();
        var database = await bench.Postgres.CreateDatabaseAsync("sum", "CREATE TABLE t AS SELECT generate_series(1, 1000) AS n");
        var source = await bench.AddSourceAsync(database);
        var total = 0L;
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var id = await bench.Client.RunNowAsync(source);
            Assert.Equal("success", (await bench.Client.FinishedAsync(id)).Status);
            total += (await bench.JobAsync(id)).BytesStored;
        }

        var list = await bench.Client.GetAsync("/DataSources");

        Assert.Contains($"title=\"{total.ToString("N0", CultureInfo.InvariantCulture)} bytes\"", list, StringComparison.Ordinal);
    }
}
