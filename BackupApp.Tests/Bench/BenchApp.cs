using System.Diagnostics;
using BackupApp.Backups;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Bench;

/// <summary>The real app in its own process, whose jobs are measured from the outside.</summary>
public sealed class BenchApp : IAsyncDisposable
{
    private readonly BenchServers _servers;
    private readonly AppProcess _process;
    private readonly AppClient _client;
    private readonly Dictionary<string, Guid> _sources = [];

    private BenchApp(BenchServers servers, AppProcess process, AppClient client) =>
        (_servers, _process, _client) = (servers, process, client);

    public int Id => _process.Id;

    public AppClient Client => _client;

    public AppSettings Settings => _process.Settings;

    /// <param name="cores">As taskset wants them; null for all.</param>
    public static async Task<BenchApp> StartAsync(
        BenchServers servers, string? cores = null, params (string Name, string Value)[] variables)
    {
        var database = await servers.Postgres.CreateDatabaseAsync("bench_app");
        var settings = new AppSettings(
            servers.Postgres.ConnectionString(database), Directory.CreateTempSubdirectory("backupapp-bench-").FullName)
        {
            Cores = cores,
            IsMeasured = true,
            Variables = variables.ToDictionary(v => v.Name, v => v.Value),
        };
        var process = await AppProcess.StartAsync(settings);
        return new(servers, process, await AppClient.SignInAsync(process));
    }

    /// <param name="endpoint">Of something between the app and the store; null for the store itself.</param>
    public Task<Guid> AddBucketAsync(Uri? endpoint = null)
    {
        var settings = _servers.S3.Settings(endpoint);
        return _client.AddS3DestinationAsync(
            $"{Guid.NewGuid()}",
            settings.Endpoint!,
            settings.Bucket,
            "bench",
            settings.AccessKeyId!,
            settings.SecretAccessKey!);
    }

    /// <summary>A whole job, from its row to its success, and nothing left of it afterwards.</summary>
    public async Task<Measurement> RunAsync(string database, Guid? destination)
    {
        var cpu = Processes.Cpu(Id);
        var job = await _client.RunNowAsync(await SourceAsync(database), destination);
        var finishing = FinishedAsync(job);
        var peak = await Processes.PeakAsync(Id, finishing);
        var finished = await finishing;
        await _client.SubmitAsync($"/Jobs/{job}", "?handler=Delete", []);
        return new((finished.FinishedAt!.Value - finished.CreatedAt).TotalSeconds, Processes.Cpu(Id) - cpu, peak, finished.BytesStored);
    }

    /// <summary>A backup in the app's own folder, which stays.</summary>
    public async Task<BenchBackup> BackUpAsync(string database)
    {
        var source = await SourceAsync(database);
        var job = await FinishedAsync(await _client.RunNowAsync(source, null));
        var artifact = job.Artifacts.Single();
        return new(source, job.Id, artifact.Id, Path.Combine(Settings.DataDirectory, "backups", artifact.Copy.Key));
    }

    /// <summary>Several jobs at once, each of the database as a source of its own.</summary>
    /// <returns>Seconds until the last was done.</returns>
    public async Task<double> RunTogetherAsync(string database, Guid destination, int count)
    {
        var sources = new List<Guid>();
        for (var i = 0; i < count; i++)
            sources.Add(await AddSourceAsync(database));
        var watch = Stopwatch.StartNew();
        var jobs = new List<Guid>();
        foreach (var source in sources)
            jobs.Add(await _client.RunNowAsync(source, destination));
        foreach (var job in jobs)
            await FinishedAsync(job);
        return watch.Elapsed.TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.TerminateAsync();
        await _process.DisposeAsync();
        Directory.Delete(_process.Settings.DataDirectory, recursive: true);
    }

    private async Task<Guid> SourceAsync(string database) =>
        _sources.TryGetValue(database, out var known) ? known : _sources[database] = await AddSourceAsync(database);

    private Task<Guid> AddSourceAsync(string database) => _client.AddSourceAsync(
        $"source {Guid.NewGuid()}",
        "127.0.0.1",
        _servers.Postgres.Port,
        database,
        _servers.Postgres.Superuser,
        _servers.Postgres.SuperuserPassword);

    // Asked in the database, so that the app's answers are no part of what is measured.
    private async Task<BackupJob> FinishedAsync(Guid id)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var job = await JobBench.JobAsync(_process.Settings, id);
            if (job.Status == RunStatus.Success)
                return job;
            if (!job.IsActive)
                throw new InvalidOperationException($"{job.Status}: {job.ErrorSummary}");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>The application's own database, behind its back.</summary>
    public Task ExecuteAsync(string sql) => _servers.Postgres.ExecuteAsync(sql, OwnDatabase);

    public Task<T?> ScalarAsync<T>(string sql) => _servers.Postgres.ScalarAsync<T>(sql, OwnDatabase);

    private string? OwnDatabase => new Npgsql.NpgsqlConnectionStringBuilder(_process.Settings.ConnectionString).Database;
}
