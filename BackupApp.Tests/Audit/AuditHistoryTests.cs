using System.Net;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Audit;

/// <summary>A log of 120 entries, all of one moment.</summary>
public sealed class FilledLog : IAsyncLifetime
{
    public static readonly Guid Shop = Guid.NewGuid();

    public static readonly Guid AdasId = Guid.NewGuid();

    private static readonly Actor Ada = new(ActorType.User, AdasId, "Ada_Love@example.com", IPAddress.Loopback);
    private TestDatabase? _database;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async Task<AppDbContext> OpenAsync()
    {
        if (_database is null)
            await FillAsync(_database = await TestDatabase.CreateAsync());
        return _database.Open();
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    private static async Task FillAsync(TestDatabase database)
    {
        await using var db = database.Open();
        foreach (var actor in (Actor[])[Ada, Actor.System])
        {
            var log = new AuditLog(db, new CurrentActor { Value = actor });
            for (var n = 0; n < 30; n++)
            {
                log.Record(AuditActions.BackupStarted, new AuditTarget("backup_job", Guid.NewGuid(), "Shop"));
                log.Record(AuditActions.DataSourceUpdated, new AuditTarget("datasource", n % 3 == 0 ? Shop : Guid.NewGuid(), "Shop"));
            }
        }

        await db.SaveChangesAsync();
    }
}

public sealed class AuditHistoryTests(FilledLog log) : IClassFixture<FilledLog>
{
    private static readonly Actor Stranger = new(ActorType.Anonymous, null, Actor.Anonymous);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<AuditFilter, int> Filters => new()
    {
        { new AuditFilter(), 120 },
        { new AuditFilter(Action: AuditActions.BackupStarted), 60 },
        { new AuditFilter(TargetType: "datasource"), 60 },
        { new AuditFilter(TargetId: FilledLog.Shop), 20 },
        { new AuditFilter(TargetId: FilledLog.Shop, Actor: "system"), 10 },
        { new AuditFilter(Actor: "ada_love"), 60 },
        { new AuditFilter { ActorIds = [FilledLog.AdasId, Guid.NewGuid()] }, 60 },
        { new AuditFilter(TargetType: "datasource") { ActorIds = [FilledLog.AdasId] }, 30 },
        { new AuditFilter { PeopleOnly = true }, 60 },
        { new AuditFilter(TargetId: FilledLog.Shop) { PeopleOnly = true }, 10 },
        { new AuditFilter(Actor: "ada_love") { PeopleOnly = true }, 60 },
        { new AuditFilter(Actor: "system") { PeopleOnly = true }, 0 },
        { new AuditFilter(Actor: "adaxlove"), 0 }, // an underscore is no wildcard
        { new AuditFilter(Actor: "%"), 0 },
        { new AuditFilter(Since: DateTimeOffset.UtcNow.AddHours(1)), 0 },
        { new AuditFilter(Until: DateTimeOffset.UtcNow.AddHours(-1)), 0 },
        {
            new AuditFilter(
                Since: DateTimeOffset.UtcNow.AddHours(-1),
                Until: DateTimeOffset.UtcNow.AddHours(1),
                Action: AuditActions.DataSourceUpdated,
                Actor: "LOVE@"),
            30
        },
    };

    [Theory]
    [MemberData(nameof(Filters), DisableDiscoveryEnumeration = true)]
    public async Task A_filter_holds_on_every_page_and_nothing_comes_twice_though_all_have_one_time(AuditFilter filter, int count)
    {
        await using var db = await log.OpenAsync();
        var history = new AuditHistory(db);
        var seen = new List<AuditEntry>();
        KeysetCursor? after = null;
        do
        {
            var page = await history.PageAsync(filter, after, 7, Cancel);
            seen.AddRange(page.Rows);
            after = page.Older;
        }
        while (after is not null);

        Assert.Equal(count, seen.Count);
        Assert.Equal(count, seen.Select(e => e.Id).Distinct().Count());
        Assert.All(seen, e => Assert.True(
            (filter.Action is null || e.Action == filter.Action)
                && (filter.TargetType is null || e.TargetType == filter.TargetType)
                && (filter.TargetId is null || e.TargetId == filter.TargetId)));
    }

    [Fact]
    public async Task Everybody_who_wrote_a_line_is_listed_once_under_the_last_name_and_the_system_is_nobody()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var db = database.Open();
        var (ann, bob) = (Guid.NewGuid(), Guid.NewGuid());
        Actor[] actors =
        [
            new(ActorType.User, ann, "ann@example.com"),
            new(ActorType.User, ann, "anna@example.com"),
            new(ActorType.ApiToken, bob, "bob_ci"),
            Actor.System,
            Stranger,
        ];
        foreach (var actor in actors.Concat(actors[2..]))
        {
            db.Add(AuditEntry.Create(actor, AuditActions.UserSignedIn, new AuditTarget("user", null, null), "{}"));
            await db.SaveChangesAsync(Cancel);
        }

        var history = new AuditHistory(db);
        Assert.Equal(
            [(ann, "anna@example.com"), (bob, "bob_ci")],
            (await history.ActorsAsync(null, 10, Cancel)).Select(a => (a.Id, a.Name!)));
        Assert.Equal(bob, Assert.Single(await history.ActorsAsync("B_", 10, Cancel)).Id);
        Assert.Equal(bob, Assert.Single(await history.ActorsAsync(null, 1, Cancel)).Id);
        Assert.Equal(2, (await history.PageAsync(new AuditFilter(Actor: "anonymous"), null, 10, Cancel)).Rows.Count);
    }

    [Fact]
    public async Task What_one_actor_did_is_read_along_an_index_however_long_the_log_is()
    {
        await using var database = await TestDatabase.CreateAsync();
        var commands = new SentCommands();
        await using var db = new AppDbContext(
            new DbContextOptionsBuilder<AppDbContext>().UseNpgsql(database.ConnectionString).AddInterceptors(commands).Options);
        await db.Database.ExecuteSqlRawAsync(
            "insert into audit_log (id, created_at, actor_type, actor_id, actor_name, action, target_type, metadata) "
            + "select gen_random_uuid(), now() - n * interval '1 minute', 'user', md5((n % 300)::text)::uuid, 'user' || n % 300, "
            + "'user.signed_in', 'user', '{{}}' from generate_series(1, 20000) n",
            Cancel);
        await db.Database.ExecuteSqlRawAsync("analyze audit_log; analyze audit_actors", Cancel);
        var history = new AuditHistory(db);

        foreach (var (filter, index) in ((AuditFilter, string)[])[
            (new AuditFilter(Actor: "USER17"), "ix_audit_log_actor_name_created_at_id"),
            (new AuditFilter(Actor: "system"), "ix_audit_log_actor_name_created_at_id"),
            (
                new AuditFilter { ActorIds = [Guid.ParseExact("70efdf2ec9b086079795c442636b55fb", "N")] },
                "ix_audit_log_actor_id_created_at_id"),
        ])
        {
            var page = await history.PageAsync(filter, null, 20, Cancel);
            Assert.Equal(filter.Actor == "system" ? 0 : 20, page.Rows.Count);
            var plan = await commands.ExplainLastAsync(database.ConnectionString, Cancel);
            Assert.Contains(index, plan, StringComparison.Ordinal);
            Assert.DoesNotContain(
                "\"Seq Scan\", \"Parallel Aware\": false, \"Async Capable\": false, \"Relation Name\": \"audit_log\"",
                plan,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("action = 'backup_job.missed' and created_at > now() - interval '1 day'", "ix_audit_log_action_created_at_id")]
    [InlineData(
        "target_id = '01a206f1-7943-7162-92ae-58aa5fc04235' and created_at > now() "
        + "- interval '7 days' and action in ('backup_job.missed', 'backup_job.skipped')",
        "ix_audit_log_target_id_created_at")]
    public async Task What_was_missed_is_found_along_an_index(string where, string index)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var db = database.Open();
        await db.Database.ExecuteSqlRawAsync(
            "insert into audit_log (id, created_at, actor_type, action, target_type, target_id, metadata) "
            + "select gen_random_uuid(), now() - n * interval '1 minute', 'system', 'backup_job.started', 'backup_job', gen_random_uuid(), "
            + "'{{}}' from generate_series(1, 20000) n",
            Cancel);
        await db.Database.ExecuteSqlRawAsync("analyze audit_log", Cancel);

        await db.Database.OpenConnectionAsync(Cancel);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText =
            "explain (format json) select * from audit_log where " + where + " order by created_at desc, id desc limit 500";

        Assert.Contains(index, (string)(await command.ExecuteScalarAsync(Cancel))!, StringComparison.Ordinal);
    }
}
