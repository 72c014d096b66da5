using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Inventories;
using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Kept;
using BackupApp.Inventories.Queries;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>What a backup holds is known afterwards: in the records, in the manifest and beside the object.</summary>
[Collection(nameof(BackupsOfOneApp))]
public sealed class KeptContentsTests(JobBench bench)
{
    private const string Content = """
        CREATE EXTENSION pg_trgm; CREATE TABLE orders AS SELECT generate_series(1, 5000) AS n; CREATE TABLE customers (id int PRIMARY KEY);
        INSERT INTO customers SELECT generate_series(1, 300); CREATE VIEW v AS SELECT 1 AS one;
        SELECT lo_from_bytea(0, decode('00112233', 'hex')) FROM generate_series(1, 3);
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_of_every_table_are_kept_shown_and_compared_and_go_with_the_backup()
    {
        await bench.RequireAsync();
        var database = await bench.Postgres.CreateDatabaseAsync("kept", Content);
        var source = await bench.AddSourceAsync(database);

        var first = await BackUpAsync(source);
        var contents = await ContentsAsync(first);
        Assert.Equal(["customers 300", "orders 5000"], contents.Inventory!.Tables.Select(t => $"{t.Name} {t.Rows}"));
        var row = contents.Row;
        Assert.Equal((2, 5300L, 3L, 12L), (row.Tables, row.Rows, row.LargeObjects, row.LargeObjectBytes));
        Assert.Matches("^[0-9.]+$", Assert.Single(contents.Inventory.Extensions, e => e.Name == "pg_trgm").Version);
        Assert.Equal((1, 1), (contents.Inventory.Objects.Views, contents.Inventory.Objects.Constraints));
        await AssertBesideAsync(first, contents);

        await bench.Postgres.ExecuteAsync("DELETE FROM orders; INSERT INTO customers VALUES (1000)", database);
        var second = await BackUpAsync(source);
        var third = await BackUpAsync(source);

        // What was lost is still lost in the run after it, and is compared with what was there.
        foreach (var job in new[] { second, third })
        {
            var warnings = await WarningsAsync(job);
            Assert.Equal([WarningRule.TableEmptied, WarningRule.RowsFell], warnings.Select(w => w.Rule).Order());
            Assert.All(warnings, w => Assert.Equal((first.Artifacts[0].Id, null), (w.BaselineId, w.SilencedAt)));
        }

        Assert.Empty(await WarningsAsync(first));
        await AssertApiAsync(source, first, second);
        await AssertPagesAsync(source, database, third);
        await AssertSilencedAsync(source, third);
        await using var db = bench.Database();
        Assert.Equal(1, await db.Set<InventoryShape>().CountAsync(s => s.DataSourceId == source, Cancel));

        await bench.Client.SubmitAsync($"/Jobs/{first.Id}", "?handler=Delete", []);
        await Until.TrueAsync(async () => (await bench.JobAsync(first.Id)).DeletedAt is not null, "the backup is gone", seconds: 60);
        Assert.Empty(await bench.LeftoversAsync(first.Id));
        Assert.NotNull((await ContentsAsync(first)).Inventory); // It is one of the newest runs.
    }

    [Fact]
    public async Task A_running_dump_says_which_table_it_is_at()
    {
        await bench.RequireAsync();
        await using var relay = bench.Relay();
        var job = await bench.StartAsync(await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port), null);

        await Until.TrueAsync(
            async () => (await bench.Client.GetAsync($"/Jobs/{job}?handler=Live"))
                .Contains("noise, 1 of 1 table<", StringComparison.Ordinal),
            "the page says it");

        relay.Open();
        await bench.Client.FinishedAsync(job);
        Assert.Equal((null, null), ((await bench.JobAsync(job)).StepName, (await bench.JobAsync(job)).StepNumber));
    }

    private async Task AssertApiAsync(Guid source, BackupJob first, BackupJob second)
    {
        var page = await GetAsync($"datasources/{source}/backups/{first.Id}/contents?limit=1&sort=rows&descending=true");
        Assert.Equal(("orders", 5000), ((string?)page["list"]![0]!["name"], (int)page["list"]![0]!["rows"]!));
        Assert.Equal((2, 5300), ((int)page["found"]!, (int)page["parts"]![0]!["rows"]!));
        var next = await GetAsync(
            $"datasources/{source}/backups/{first.Id}/contents?limit=1&sort=rows&descending=true&cursor={page["cursors"]!["next"]}");
        Assert.Equal(("customers", null), ((string?)next["list"]![0]!["name"], (string?)next["cursors"]!["next"]));
        var found = await GetAsync($"datasources/{source}/backups/{first.Id}/contents?search=IC.CUST");
        Assert.Equal("customers", (string?)Assert.Single(found["list"]!.AsArray())!["name"]);

        var changes = await GetAsync($"datasources/{source}/backups/{second.Id}/contents/changes");
        Assert.Equal("orders was emptied (5,000 → 0); elsewhere +1 row", (string?)changes["parts"]![0]!["sentence"]);
        Assert.Equal($"{first.Id}", (string?)changes["parts"]![0]!["comparedWith"]);
        Assert.Equal(["emptied", "grew"], changes["list"]!.AsArray().Select(t => (string?)t!["change"]));
        Assert.Equal(2, changes["warnings"]!.AsArray().Count);

        Assert.Equal((1, 1), ((int)page["parts"]![0]!["objects"]!["views"]!, (int)page["parts"]![0]!["objects"]!["constraints"]!));
        Assert.Contains("pg_trgm", page["parts"]![0]!["extensions"]!.AsArray().Select(e => (string?)e!["name"]));

        var history = await GetAsync($"datasources/{source}/table-history?schema=public&table=customers&database=");
        Assert.Equal([301, 301, 300], history["list"]!.AsArray().Select(p => (int)p!["rows"]!));
    }

    private async Task AssertPagesAsync(Guid source, string database, BackupJob job)
    {
        var details = await bench.Client.GetAsync($"/Jobs/{job.Id}");
        Assert.Contains("Look at this before you trust the backup", details, StringComparison.Ordinal);
        Assert.Contains("Since the run before: Nothing changed.", details, StringComparison.Ordinal);
        foreach (var page in new[] { $"/Jobs/{job.Id}/Contents", $"/DataSources/{source}/Contents?sort=Rows&descending=true" })
        {
            var text = await bench.Client.GetAsync(page);
            Assert.Contains("2 tables with 301 rows", text, StringComparison.Ordinal);
            Assert.Contains("What else is in it", text, StringComparison.Ordinal);
            Assert.Contains("<dt>Views</dt><dd>1</dd>", text, StringComparison.Ordinal);
        }

        Assert.Contains("\"orders\",table", await bench.Client.GetAsync($"/Jobs/{job.Id}/Contents?handler=Csv"), StringComparison.Ordinal);
        var table = await bench.Client.GetAsync($"/DataSources/{source}/Table?database={database}&schema=public&table=orders");
        Assert.Contains("0 in the newest of 3 backups, at most 5,000.", table, StringComparison.Ordinal);
        Assert.Contains("<path class=\"chart-line\" d=\"M", table, StringComparison.Ordinal);
    }

    private async Task AssertSilencedAsync(Guid source, BackupJob job)
    {
        var form = new Dictionary<string, string> { ["warningId"] = "", ["why"] = "moved to the archive" };
        await bench.Client.SubmitAsync($"/Jobs/{job.Id}/Contents", "?handler=Silence", form);

        Assert.All(await WarningsAsync(job), w => Assert.Equal(("moved to the archive", true), (w.SilencedWhy, w.SilencedAt is not null)));
        await using var db = bench.Database();
        var entry = await db.Set<AuditEntry>()
            .SingleAsync(e => e.Action == AuditActions.BackupWarningSilenced && e.TargetId == job.Id, Cancel);
        Assert.Contains("moved to the archive", entry.Metadata, StringComparison.Ordinal);
        Assert.Empty(await new JobChanges(db).OpenWarningsAsync([job.Id], Cancel));
        // It is what the next one is compared with.
        Assert.Empty(await WarningsAsync(await BackUpAsync(source)));
    }

    private async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await bench.Client.GetAsync($"/api/v1/{path}"))!;

    private async Task AssertBesideAsync(BackupJob job, KeptContents contents)
    {
        var path = Path.Combine(bench.BackupFolder, job.Artifacts[0].Copy.Key);
        var text = await File.ReadAllTextAsync(path + BackupManifest.Suffix, Cancel);
        var told = JsonSerializer.Deserialize<BackupManifest>(text, JsonSerializerOptions.Web)!.Contents!;
        Assert.Equal((true, 2, 5300L, 3L), (told.Read, told.Tables, told.Rows, told.LargeObjects));
        Assert.Equal(["orders", "customers"], told.LargestTables!.Select(t => t.Name));

        await using var gzip = new GZipStream(File.OpenRead(path + InventoryFile.Suffix), CompressionMode.Decompress);
        var json = new MemoryStream();
        await gzip.CopyToAsync(json, Cancel);
        Assert.Equal(told.InventorySha256, Convert.ToHexStringLower(SHA256.HashData(json.ToArray())));
        var file = JsonSerializer.Deserialize<Inventory>(json.ToArray(), InventoryJson.Options)!;
        Assert.Equal(contents.Inventory!.Tables, file.Tables);
        Assert.Equal(3, (await bench.LeftoversAsync(job.Id)).Count);
    }

    private async Task<BackupJob> BackUpAsync(Guid source)
    {
        var id = await bench.Client.RunNowAsync(source);
        var status = await bench.Client.FinishedAsync(id);
        Assert.True(status.Status == "success", status.ErrorSummary);
        return await bench.JobAsync(id);
    }

    private async Task<KeptContents> ContentsAsync(BackupJob job)
    {
        await using var db = bench.Database();
        return (await db.FindInventoryAsync(job.Artifacts[0].Id, Cancel))!;
    }

    private async Task<List<ContentWarning>> WarningsAsync(BackupJob job)
    {
        await using var db = bench.Database();
        return await db.Set<ContentWarning>().Where(w => w.JobId == job.Id).ToListAsync(Cancel);
    }
}
