using System.Net;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Destinations;

/// <summary>Adding a destination takes a while: the page shows how it goes, with scripts and without, and ends where it should.</summary>
[Collection(nameof(BackupsOfOneApp))]
public sealed class DestinationProgressTests(JobBench bench)
{
    [Fact]
    public async Task While_a_destination_is_tested_its_page_says_how_far_and_then_it_is_there()
    {
        await bench.RequireAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        var gate = new TaskCompletionSource<Fault>(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.Decide = (method, target) => FaultyProxy.IsPart(method, target) ? gate.Task : Task.FromResult(Fault.None);

        var (location, _) = await bench.Client.SubmitAsync("/Destinations/Create", "", Fields("watched", proxy));

        Assert.StartsWith("/Destinations/Progress/", location, StringComparison.Ordinal);
        var page = await bench.Client.GetAsync(location!);
        Assert.Contains("<noscript><meta http-equiv=\"refresh\" content=\"2\" /></noscript>", page, StringComparison.Ordinal);
        Assert.Contains("data-live-active=\"true\"", page, StringComparison.Ordinal);
        Assert.Contains("Upload in parts, as large as a backup&#x27;s first &#x2013; now", page, StringComparison.Ordinal);
        Assert.DoesNotContain("watched", await bench.Client.GetAsync("/Destinations"), StringComparison.Ordinal);

        gate.SetResult(Fault.None);

        Assert.Equal("/Destinations", await EndAsync(location!));
        var list = await bench.Client.GetAsync("/Destinations");
        Assert.Contains("watched is added and passed its test.", list, StringComparison.Ordinal);
        Assert.Contains("data-live-active=\"false\"", await bench.Client.GetAsync($"{location}?handler=Live"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_failed_its_test_is_saved_says_why_and_stands_in_its_form_without_the_keys()
    {
        await bench.RequireAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        proxy.MostBody = 1024 * 1024;

        var (location, _) = await bench.Client.SubmitAsync("/Destinations/Create", "", Fields("limited", proxy));
        var page = await EndAsync(location!);

        Assert.StartsWith("/Destinations/", page, StringComparison.Ordinal);
        var said = WebUtility.HtmlDecode(await bench.Client.GetAsync(page));
        Assert.Contains("Saved, but it does not work yet: ", said, StringComparison.Ordinal);
        Assert.Contains("client_max_body_size", said, StringComparison.Ordinal);
        var edit = page.Replace("/Destinations/", "/Destinations/Edit/", StringComparison.Ordinal);
        var form = await bench.Client.GetAsync(edit);
        Assert.Contains("value=\"limited\"", form, StringComparison.Ordinal);
        Assert.DoesNotContain(TestS3.SecretKey, form, StringComparison.Ordinal);
        await using var db = bench.Database();
        var kept = db.Set<BackupApp.Destinations.DestinationAttempt>().Select(a => a.Input!).ToList();
        Assert.All(kept, input => Assert.DoesNotContain(TestS3.SecretKey, input, StringComparison.Ordinal));
    }

    private async Task<string> EndAsync(string progress)
    {
        string? end = null;
        await Until.TrueAsync(
            async () =>
            {
                using var answer = await bench.Client.SendAsync(HttpMethod.Get, progress);
                return (end = answer.Headers.Location?.OriginalString) is not null;
            },
            "the test has ended");
        return end!;
    }

    private Dictionary<string, string> Fields(string name, FaultyProxy proxy)
    {
        var settings = bench.S3.Settings();
        return new()
        {
            ["Input.Name"] = name,
            ["Input.Endpoint"] = proxy.Address.GetLeftPart(UriPartial.Authority),
            ["Input.Bucket"] = settings.Bucket,
            ["Input.AccessKeyId"] = settings.AccessKeyId!,
            ["Input.SecretAccessKey"] = settings.SecretAccessKey!,
            ["Input.ForcePathStyle"] = "true",
        };
    }
}
