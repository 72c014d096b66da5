using BackupApp.Restores;
using BackupApp.Tests.Support;
using Npgsql;

namespace BackupApp.Tests.Restores;

/// <summary>Where a restore can be held.</summary>
public enum HeldAt
{
    /// <summary>The target is being looked at; nothing is made.</summary>
    Connect,

    /// <summary>One table is filled, another is just being filled.</summary>
    Data,

    /// <summary>The tool has ended, what arrived is being counted. It can still be canceled.</summary>
    Counting,

    /// <summary>The fence was passed; the first name waits to be changed.</summary>
    Swap,
}

/// <summary>A restore in place of a database, held by what people do in databases for as long as a test wants: by locks.</summary>
public sealed class HeldRestore : IAsyncDisposable
{
    private readonly HeldAt _at;
    private NpgsqlConnection? _holder;

    private HeldRestore(ChangedDatabase database, HeldAt at) => (Database, _at) = (database, at);

    public ChangedDatabase Database { get; }

    public Guid Id { get; private set; }

    private RestoreServer Server => Database.Server;

    /// <summary>Starts it, and returns when it is held there.</summary>
    /// <param name="uri">Another login for it; null for the source's own.</param>
    public static async Task<HeldRestore> StartAsync(AppClient client, ChangedDatabase database, HeldAt at, string? uri = null)
    {
        var held = new HeldRestore(database, at);
        await held.HoldAsync();
        Dictionary<string, string> fields = new() { ["Confirmation"] = database.Name, ["TargetUri"] = uri ?? "" };
        held.Id = await client.RestoreAsync(database.Source, database.Artifact, "Replace", fields);
        if (at == HeldAt.Counting)
            await held.PassDataAsync();
        await held.WaitAsync(at);
        return held;
    }

    /// <summary>It may go on.</summary>
    public async Task ReleaseAsync()
    {
        if (_at == HeldAt.Data)
            await Database.HoldAsync(false);
        if (_holder is not null)
            await _holder.DisposeAsync();
    }

    public Task<RestoreJob> EndedAsync(AppSettings settings, int seconds = 120) => RestoreForms.RestoredAsync(settings, Id, seconds);

    public async ValueTask DisposeAsync()
    {
        if (_holder is not null)
            await _holder.DisposeAsync();
    }

    private async Task HoldAsync()
    {
        if (_at is HeldAt.Data or HeldAt.Counting)
            await Database.HoldAsync(true);
        else if (_at == HeldAt.Connect)
            await LockAsync(Database.Name, "LOCK TABLE pg_largeobject_metadata IN ACCESS EXCLUSIVE MODE");
        else
            await LockAsync("postgres", $"COMMENT ON DATABASE {Database.Name} IS 'in a transaction that does not end'");
    }

    private async Task PassDataAsync()
    {
        await WaitAsync(HeldAt.Data);
        await LockAsync(Database.HalfMade(Id), "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
        await Database.HoldAsync(false);
    }

    private async Task LockAsync(string database, string sql)
    {
        _holder = await Server.OpenAsync(database);
        await using var command = new NpgsqlCommand($"BEGIN; {sql}", _holder);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private Task WaitAsync(HeldAt at) => Until.TrueAsync(
        async () => await Server.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {Sign(at)})"),
        $"the restore is held at {at}",
        seconds: 60);

    private string Sign(HeldAt at) => at switch
    {
        HeldAt.Connect => $"datname = '{Database.Name}' AND wait_event_type = 'Lock' AND query LIKE '%pg_largeobject_metadata%'",
        HeldAt.Data => $"datname = '{Database.HalfMade(Id)}' AND wait_event = 'PgSleep'",
        HeldAt.Counting => $"datname = '{Database.HalfMade(Id)}' AND wait_event_type = 'Lock' AND query LIKE '%count(*)%'",
        _ => $"wait_event_type = 'Lock' AND query LIKE 'ALTER DATABASE%{Database.Name}%RENAME%'",
    };
}
