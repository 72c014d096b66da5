using System.Collections.Concurrent;
using BackupApp.Engines.Restores;
using BackupApp.Tools;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>What a run would be to its engine, in memory: it gives the dump and remembers what it is told.</summary>
public sealed class HeardSteps(Func<Stream> open) : IRestoreSteps
{
    public HeardSteps(byte[] dump)
        : this(() => new MemoryStream(dump))
    {
    }

    public ConcurrentQueue<string> Warnings { get; } = new();

    public ConcurrentQueue<string> Lines { get; } = new();

    public ConcurrentQueue<RestoreProgress> Progress { get; } = new();

    public KeptDatabase? Made { get; private set; }

    public RestoreSwap? Swap { get; private set; }

    public ToolConnection? Connection { get; private set; }

    public string? Tool { get; private set; }

    public KeptDatabase? Filling { get; private set; }

    public RestoreMarks Marks => new(Made, Swap) { Filling = Filling };

    /// <summary>Happens just before a mark is recorded.</summary>
    public Func<string, Task> At { get; set; } = _ => Task.CompletedTask;

    /// <summary>Happens at each word of how far it is, before it goes on.</summary>
    public Action<RestoreProgress> Heard { get; set; } = _ => { };

    public Task<Stream> OpenDumpAsync(CancellationToken cancellationToken) => Task.FromResult(open());

    public async Task MadeAsync(string database, long oid, CancellationToken cancellationToken)
    {
        await At(oid == 0 ? "making" : "made");
        Made = new(database, oid);
    }

    public async Task FillingAsync(string database, long oid, CancellationToken cancellationToken)
    {
        await At("filling");
        Filling = new(database, oid);
    }

    public Task ClearedAsync(CancellationToken cancellationToken)
    {
        Made = null;
        return Task.CompletedTask;
    }

    public async Task SwappingAsync(RestoreSwap swap, CancellationToken cancellationToken)
    {
        await At("swapping");
        Swap = swap;
    }

    public void Began(string toolVersion, string serverVersion) => Tool = toolVersion;

    public void Saw(ToolConnection connection) => Connection = connection;

    public void Report(RestoreProgress progress)
    {
        Progress.Enqueue(progress);
        Heard(progress);
    }

    public void Warn(string sentence) => Warnings.Enqueue(sentence);

    public void Log(string line) => Lines.Enqueue(line);
}
