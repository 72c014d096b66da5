using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Stored;

/// <summary>Files of the managed folder by their signed links, as browsers and download managers fetch them.</summary>
[Collection(nameof(BackupsOfOneApp))]
public sealed class DownloadTests(JobBench bench) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task A_broken_download_goes_on_with_the_rest_of_the_same_file()
    {
        var (job, link) = await LinkAsync();
        var artifact = Assert.Single(job.Artifacts);
        var file = await File.ReadAllBytesAsync(Path.Combine(bench.BackupFolder, artifact.Copy.Key), Cancel);

        using var whole = await GetAsync(link);

        Assert.Equal($"\"{Convert.ToHexStringLower(artifact.Sha256!)}\"", whole.Headers.ETag?.Tag);
        Assert.False(whole.Headers.ETag!.IsWeak);
        Assert.Equal(artifact.Copy.StoredAt!.Value.ToUnixTimeSeconds(), whole.Content.Headers.LastModified!.Value.ToUnixTimeSeconds());
        Assert.Contains("bytes", whole.Headers.AcceptRanges);
        Assert.Equal(file, await whole.Content.ReadAsByteArrayAsync(Cancel));

        using var rest = await GetAsync(link, from: 100, new RangeConditionHeaderValue(whole.Headers.ETag));
        Assert.Equal((HttpStatusCode.PartialContent, file.Length - 100), (rest.StatusCode, (int)rest.Content.Headers.ContentLength!.Value));
        Assert.Equal(file[100..], await rest.Content.ReadAsByteArrayAsync(Cancel));
        using var byTime = await GetAsync(link, from: 100, new RangeConditionHeaderValue(whole.Content.Headers.LastModified.Value));
        Assert.Equal(HttpStatusCode.PartialContent, byTime.StatusCode);
    }

    [Fact]
    public async Task Of_another_file_the_whole_is_sent_for_a_part()
    {
        var (_, link) = await LinkAsync();

        using var answer = await GetAsync(link, from: 100, new RangeConditionHeaderValue(new EntityTagHeaderValue("\"another\"")));

        Assert.Equal((HttpStatusCode.OK, null), (answer.StatusCode, answer.Content.Headers.ContentRange));
    }

    [Fact]
    public async Task A_download_in_many_ranges_is_one_entry_for_each_reader_and_names_who_made_the_link()
    {
        var (job, link) = await LinkAsync();
        using var head = await _http.SendAsync(new HttpRequestMessage(HttpMethod.Head, link), Cancel);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Empty(await DownloadsAsync(job));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async n => (await GetAsync(link, from: n * 10, agent: "manager/1")).Dispose()));
        (await GetAsync(link, agent: "browser/2")).Dispose();

        var entries = await DownloadsAsync(job);
        Assert.Equal(["browser/2", "manager/1"], entries.Select(e => e.UserAgent).Order());
        foreach (var entry in entries)
        {
            var metadata = JsonDocument.Parse(entry.Metadata).RootElement;
            Assert.Equal(bench.App.Settings.AdminEmail, metadata.GetProperty("mintedBy").GetString());
            Assert.Equal(await MintedAsync(job), metadata.GetProperty("link").GetString());
        }

        var again = await bench.Client.DownloadLinkAsync(job.Id);
        (await GetAsync(again, agent: "browser/2")).Dispose();
        Assert.Equal(3, (await DownloadsAsync(job)).Count);
    }

    private async Task<(BackupJob Job, Uri Link)> LinkAsync()
    {
        await bench.RequireAsync();
        var source = await bench.AddSourceAsync(
            await bench.Postgres.CreateDatabaseAsync("download", "CREATE TABLE t AS SELECT generate_series(1, 1000) AS n"));
        var id = await bench.Client.RunNowAsync(source);
        Assert.Equal("success", (await bench.Client.FinishedAsync(id)).Status);
        return (await bench.JobAsync(id), await bench.Client.DownloadLinkAsync(id));
    }

    private async Task<HttpResponseMessage> GetAsync(
        Uri link, long? from = null, RangeConditionHeaderValue? ifRange = null, string agent = "test/1")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, link) { Headers = { IfRange = ifRange } };
        request.Headers.UserAgent.ParseAdd(agent);
        if (from is not null)
            request.Headers.Range = new RangeHeaderValue(from, null);
        return await _http.SendAsync(request, Cancel);
    }

    private async Task<IReadOnlyList<AuditEntry>> DownloadsAsync(BackupJob job) => await EntriesAsync(job, AuditActions.BackupDownloaded);

    private async Task<string?> MintedAsync(BackupJob job)
    {
        var minted = Assert.Single(await EntriesAsync(job, AuditActions.BackupDownloadLinkGenerated));
        return JsonDocument.Parse(minted.Metadata).RootElement.GetProperty("link").GetString();
    }

    private async Task<IReadOnlyList<AuditEntry>> EntriesAsync(BackupJob job, string action)
    {
        await using var db = bench.Database();
        return await db.Set<AuditEntry>().Where(e => e.TargetId == job.Id && e.Action == action).ToListAsync(Cancel);
    }
}
