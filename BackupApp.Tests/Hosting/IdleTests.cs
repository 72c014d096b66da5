using System.Buffers.Binary;
using BackupApp.Tests.Support;
using Npgsql;

namespace BackupApp.Tests.Hosting;

/// <summary>
/// An idle app asks its database next to nothing. Counted between them, not timed: neither the machine's load nor what the server does
/// by itself (its statistics come late, its vacuum comes when it likes) matters. scripts/bench idle shows what it costs.
/// </summary>
public sealed class IdleTests : IAsyncDisposable
{
    private const int Seconds = 12;

    /// <summary>
    /// One round of the reaper and of the watch, a look at what is to be told, the clock every fifteen seconds, a heartbeat. It was 17
    /// transactions a second, then 10.
    /// </summary>
    private const int MostStatementsPerSecond = 6;

    private const int MostWindows = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-idle-").FullName;
    private readonly TestPostgres _postgres = TestPostgres.Require();
    private long _statements;

    [Fact]
    public async Task It_asks_its_database_next_to_nothing()
    {
        var database = await _postgres.CreateDatabaseAsync("idle");
        await using var relay = new GatedRelay(_postgres.Port, long.MaxValue, () => new Answers(this).Read);
        var between = new NpgsqlConnectionStringBuilder(_postgres.ConnectionString(database))
        {
            Port = relay.Port,
            SslMode = SslMode.Disable,
        };
        await using var app = await AppProcess.StartAsync(new AppSettings(between.ConnectionString, _folder));
        await Until.TrueAsync(
            async () => await _postgres.ScalarAsync<long>("select count(*) from hangfire.set where key = 'recurring-jobs'", database) >= 5,
            "the recurring work");

        // What a start has to do is not its rest: it comes to rest in a while.
        List<long> windows = [];
        while (windows.Count < MostWindows && !IsCalm(windows))
            windows.Add(await InOneWindowAsync());

        Assert.True(IsCalm(windows), $"Statements in windows of {Seconds} s: {string.Join(", ", windows)}. The log: {app.Log}");
        Assert.Equal(1, await _postgres.ScalarAsync<long>(
            "select count(*) from pg_stat_activity where datname = current_database() and query like 'LISTEN%'", database));
    }

    private static bool IsCalm(List<long> windows) => windows is [.., > 0 and <= Seconds * MostStatementsPerSecond];

    private async Task<long> InOneWindowAsync()
    {
        var before = Interlocked.Read(ref _statements);
        await Task.Delay(TimeSpan.FromSeconds(Seconds), TestContext.Current.CancellationToken);
        return Interlocked.Read(ref _statements) - before;
    }

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Counts a server's "ready for query", which ends its answer to each statement: a byte of type, four of length.</summary>
    private sealed class Answers(IdleTests test)
    {
        private const int Header = 5;

        private readonly byte[] _header = new byte[Header];
        private int _known;
        private int _rest;

        public void Read(ReadOnlyMemory<byte> piece)
        {
            foreach (var value in piece.Span)
            {
                if (_rest > 0)
                {
                    _rest--;
                    continue;
                }

                _header[_known++] = value;
                if (_known < Header)
                    continue;
                _known = 0;
                _rest = BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(1)) - 4;
                if (_header[0] == 'Z')
                    Interlocked.Increment(ref test._statements);
            }
        }
    }
}
