using BackupApp.Tests.Support;

namespace BackupApp.Tests.Bench;

/// <summary>What everything runs against.</summary>
public sealed class BenchServers(TestPostgres postgres, TestS3 s3, BenchSettings settings, BenchReport report) : IAsyncDisposable
{
    private BenchApp? _app;

    public TestPostgres Postgres => postgres;

    public TestS3 S3 => s3;

    public BenchSettings Settings => settings;

    public BenchReport Report => report;

    /// <summary>One app for the sections that measure times only.</summary>
    public async Task<BenchApp> AppAsync() => _app ??= await BenchApp.StartAsync(this);

    /// <summary>The same, just started.</summary>
    public async Task<BenchApp> FreshAppAsync()
    {
        await DisposeAsync();
        return _app = await BenchApp.StartAsync(this);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }
}
