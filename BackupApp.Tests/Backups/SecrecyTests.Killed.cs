using BackupApp.Tests.Support;

namespace BackupApp.Tests.Backups;

public sealed partial class SecrecyTests
{
    /// <summary>
    /// Another process of the app on the same data, killed in the middle of a dump whose tool reads a client's key from a private file;
    /// the one after it removes that file.
    /// </summary>
    /// <returns>What finds the key, and what the two processes logged.</returns>
    private async Task<(SecretSearch Key, string Log)> KillAsync(AppSettings settings, Dictionary<string, string> fields)
    {
        using var certificates = new TestCertificates();
        var (certificate, key) = certificates.Issue("keeper");
        // A line of it: what is around it may be written otherwise.
        var search = new SecretSearch(new Dictionary<string, string> { ["client's key"] = key.Split('\n')[1] });
        await using var relay = new GatedRelay(bench.Postgres.Port, allowance: 1 << 20);
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var source = await client.AddSourceAsync(new Dictionary<string, string>(fields)
        {
            ["Input.Name"] = "keyed",
            ["Input.Port"] = $"{relay.Port}",
            ["Input.ClientCertificatePem"] = certificate,
            ["Input.ClientKeyPem"] = key,
        });
        var job = await client.RunNowAsync(source);
        await client.WaitAsync(job, status => status.Status == "running", "running");
        // It is there for as long as the tool runs, which the relay does not let end.
        await Until.TrueAsync(() => Task.FromResult(search.Find("a private file", PrivateFiles()).Count > 0), "the tool has its key");

        await app.KillAsync();
        await using var next = await AppProcess.StartAsync(settings);

        Assert.Empty(search.Find("a private file", PrivateFiles()));
        return (search, $"{app.Log}\n{next.Log}");
    }

    private static string PrivateFiles() => string.Join(
        '\n',
        Directory.EnumerateDirectories(Path.GetTempPath(), "backupapp-private-*")
            .SelectMany(folder => Unless([], () => JobBench.Files(folder).ToList()))
            .Select(file => Unless("", () => File.ReadAllText(file))));

    // Those of other processes come and go meanwhile, and their locks are held.
    private static T Unless<T>(T gone, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (IOException)
        {
            return gone;
        }
    }
}
