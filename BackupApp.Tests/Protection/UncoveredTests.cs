using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Errors;
using BackupApp.Protection.Uncovered;
using BackupApp.Tests.Policies;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Protection;

/// <summary>What nobody backs up, on a real server under two names. Other tests have databases there too: they are not spoken of.</summary>
public sealed class UncoveredTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private readonly TestPostgres _postgres = TestPostgres.Require();
    private readonly string _mark = $"{Guid.NewGuid():N}"[..8];

    // Nothing of it is asked but its lists and its form.
    private readonly EngineCatalog _engines = new(
        [new PostgresEngine(null!, null!, null!, TestPostgres.Databases, null!, null!, TimeProvider.System)]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await bench.RequireAsync();
        await Rows.ExecuteAsync(bench, $"delete from data_sources");
        await Rows.ExecuteAsync(bench, $"delete from uncovered_databases");
    }

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();

    [Fact]
    public async Task Databases_without_a_source_are_found_on_a_server_with_two_names_and_gone_once_they_have_one()
    {
        var (shop, crm, wiki) = (await MakeAsync("shop"), await MakeAsync("crm"), await MakeAsync("wiki"));
        await MakeAsync("shop_before_20261101_000000");
        await SourceAsync(shop, "127.0.0.1");
        await SourceAsync(crm, "localhost");

        await RoundAsync();

        Assert.Equal([wiki], await FoundAsync());
        await using (var db = bench.Database())
        {
            var look = await Databases(db).LastLookAsync(Cancel);
            Assert.Equal((1, 1), (look!.Servers, look.Answered));
        }

        // At once, and not with the next look.
        await SourceAsync(wiki, "127.0.0.1");
        Assert.Empty(await FoundAsync());
        await RoundAsync();
        Assert.Empty(await FoundAsync());
    }

    [Fact]
    public async Task What_is_ignored_stays_so_until_it_is_taken_back()
    {
        await SourceAsync(await MakeAsync("shop"), "127.0.0.1");
        var test = await MakeAsync("test");
        await RoundAsync();
        var id = await IdAsync(test);

        await DoAsync(d => d.IgnoreAsync(id, " made anew each night ", Cancel));
        await RoundAsync();

        Assert.DoesNotContain(test, await FoundAsync());
        Assert.Contains(test, await FoundAsync(alsoIgnored: true));
        await using (var db = bench.Database())
        {
            var ignored = await db.Set<UncoveredDatabase>().SingleAsync(u => u.Id == id, Cancel);
            Assert.Equal((PolicyBench.Operator.Name, "made anew each night"), (ignored.IgnoredBy, ignored.IgnoredWhy));
        }

        await DoAsync(d => d.TakeBackAsync(id, Cancel));
        Assert.Contains(test, await FoundAsync());
        Assert.Equal(
            ["uncovered_database.ignored", "uncovered_database.ignore_taken_back"], (await bench.AuditAsync(id)).Select(e => e.Action));
        await Assert.ThrowsAsync<ConflictException>(() => DoAsync(d => d.TakeBackAsync(id, Cancel)));
        await Assert.ThrowsAsync<InvalidInputException>(() => DoAsync(d => d.IgnoreAsync(id, " ", Cancel)));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_no_finding_and_forgets_none()
    {
        var source = await SourceAsync(await MakeAsync("shop"), "127.0.0.1");
        var wiki = await MakeAsync("wiki");
        await RoundAsync();
        Assert.Equal([wiki], await FoundAsync());
        // As another look would find it whose login was changed meanwhile.
        await using (var db = bench.Database())
        {
            var row = await db.Set<DataSource>().SingleAsync(s => s.Id == source, Cancel);
            row.SetConnection(_postgres.Connection(row.Database, password: "not this"), bench.Secrets, bench.Clock.GetUtcNow());
            await db.SaveChangesAsync(Cancel);
        }

        await RoundAsync();

        Assert.Equal([wiki], await FoundAsync());
    }

    [Fact]
    public async Task What_is_gone_and_what_nobody_has_a_login_for_is_not_spoken_of()
    {
        var source = await SourceAsync(await MakeAsync("shop"), "127.0.0.1");
        var (gone, left) = (await MakeAsync("gone"), await MakeAsync("left"));
        await RoundAsync();
        Assert.Equal([gone, left], (await FoundAsync()).Order());

        await _postgres.ExecuteAsync($"DROP DATABASE {TestPostgres.Quote(gone)}");
        await RoundAsync();
        Assert.Equal([left], await FoundAsync());
        await Rows.ExecuteAsync(bench, $"update data_sources set deleted_at = now(), secrets_cipher = '' where id = {source}");
        await RoundAsync();
        Assert.Empty(await FoundAsync());
    }

    [Fact]
    public async Task The_form_of_a_new_source_has_all_but_the_password()
    {
        await SourceAsync(await MakeAsync("shop"), "127.0.0.1");
        var wiki = await MakeAsync("wiki");
        await RoundAsync();
        var id = await IdAsync(wiki);
        await using var db = bench.Database();

        var draft = await Databases(db).DraftAsync(id, Cancel);

        Assert.Equal(
            (wiki, wiki, "127.0.0.1", (int?)_postgres.Port, _postgres.Superuser, (TlsMode?)TlsMode.Prefer),
            (draft.Name, draft.Database, draft.Host, draft.Port, draft.Username, draft.TlsMode));
        Assert.Null(draft.Password);
        Assert.Null(draft.Uri);
    }

    [Fact]
    public async Task One_process_looks_at_a_time_and_another_takes_over_from_one_that_died()
    {
        await Rows.ExecuteAsync(bench, $"delete from uncovered_looks");
        var now = bench.Clock.GetUtcNow();
        await Rows.ExecuteAsync(
            bench, $"insert into uncovered_looks (id, started_at, servers, answered) values (1, {now.AddMinutes(-5)}, 0, 0)");

        Assert.False(await RoundAsync());
        await Rows.ExecuteAsync(bench, $"update uncovered_looks set started_at = {now.AddMinutes(-31)}");
        Assert.True(await RoundAsync());
    }

    private async Task<string> MakeAsync(string name)
    {
        var database = _postgres.Drop($"u{_mark}_{name}");
        await _postgres.ExecuteAsync($"CREATE DATABASE {TestPostgres.Quote(database)} TEMPLATE template0");
        return database;
    }

    private async Task<Guid> SourceAsync(string database, string host)
    {
        var source = DataSource.Create(
            $"source {Guid.NewGuid():N}", DataSourceEnvironment.Test, _postgres.Connection(database) with { Host = host }, bench.Secrets,
            bench.Clock.GetUtcNow());
        await using var db = bench.Database();
        db.Add(source);
        await db.SaveChangesAsync(Cancel);
        return source.Id;
    }

    private async Task<bool> RoundAsync()
    {
        await using var db = bench.Database();
        var lists = new ServerLists(_engines, bench.Secrets, NullLogger<ServerLists>.Instance);
        return await new UncoveredRound(db, lists, bench.Clock).RunAsync(Cancel);
    }

    private async Task<List<string>> FoundAsync(bool alsoIgnored = false)
    {
        await using var db = bench.Database();
        var found = await Databases(db).AllAsync(alsoIgnored, Cancel);
        return [.. found.Select(u => u.Database).Where(d => d.StartsWith($"u{_mark}", StringComparison.Ordinal))];
    }

    private async Task<Guid> IdAsync(string database)
    {
        await using var db = bench.Database();
        return (await db.Set<UncoveredDatabase>().SingleAsync(u => u.Database == database, Cancel)).Id;
    }

    private async Task DoAsync(Func<UncoveredDatabases, Task> act)
    {
        await using var db = bench.Database();
        await act(Databases(db));
    }

    private UncoveredDatabases Databases(AppDbContext db) => new(
        db, PolicyBench.Log(db), new CurrentActor { Value = PolicyBench.Operator }, _engines, bench.Clock);
}
