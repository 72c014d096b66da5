using System.Net;
using System.Text.RegularExpressions;
using BackupApp.Accounts.People;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Policies;
using BackupApp.Stored;
using BackupApp.Tests.Engines;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Accounts;

/// <summary>Two hundred hostile names on every kind of page that shows names: each is read as it is, and none becomes markup.</summary>
public sealed partial class HostilePagesTests
{
    // Not those that PostgreSQL cannot store.
    private static readonly string[] Names =
    [
        .. HostileNames.All
            .Where(name => !name.Contains('\0', StringComparison.Ordinal) && !name.Contains('\uD800', StringComparison.Ordinal)),
    ];

    [Fact]
    public async Task Every_page_shows_each_name_as_text()
    {
        await using var app = await AccountsApp.StartAsync();
        await app.CreateUserAsync("reader@example.com", UserRole.Administrator);
        using var visitor = new Visitor(app);
        await visitor.SignInAsync("reader@example.com");
        await using var db = Database(app);
        var source = await AddSourcesAsync(db);
        var job = await AddRunsAsync(db, source);

        // Lists are read to their last page.
        foreach (var path in (string[])
            ["/", "/DataSources", "/Jobs", "/Audit", "/Policies", $"/DataSources/{source}", $"/DataSources/{source}/Settings",
                $"/Jobs/{job}"])
        {
            var markup = await ReadAllAsync(visitor, path);
            var text = WebUtility.HtmlDecode(markup);
            Assert.All(Names, name => Assert.True(text.Contains(name, StringComparison.Ordinal), $"{path} lacks {name}"));
            Assert.DoesNotContain("<script>alert", markup, StringComparison.Ordinal);
            Assert.DoesNotContain("\u001b", markup, StringComparison.Ordinal);
        }
    }

    private static async Task<string> ReadAllAsync(Visitor visitor, string path)
    {
        var markup = "";
        for (var next = path; next is not null;)
        {
            using var answer = await visitor.GetAsync(next);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{next} answered {(int)answer.StatusCode}.");
            Assert.DoesNotContain(answer.Headers, header => header.Key == "Set-Cookie" && header.Value.Contains("a=b"));
            var page = await answer.Content.ReadAsStringAsync(Cancel);
            var link = Next().Match(page);
            next = link.Success ? new Uri(new Uri(answer.RequestMessage!.RequestUri!, path), Address(link)).PathAndQuery : null;
            markup += page;
        }

        return markup;
    }

    private static string Address(Match link) => WebUtility.HtmlDecode(link.Groups["href"].Value);

    // Behind the forms, which refuse most of them: what is in the database is shown all the same.
    private static async Task<Guid> AddSourcesAsync(AppDbContext db)
    {
        await ManagedDestination.EnsureAsync(db, new ManagedStorageOptions(), new DestinationUse(db), TimeProvider.System, Cancel);
        var sources = Names.Select(name => DataSource.CreateWithoutCredentials(
            name, DataSourceEnvironment.Dev, Engine.Postgres, DateTimeOffset.UnixEpoch)).ToList();
        var terms = new PolicyTerms("0 3 * * *", "UTC", 7, 0, StorageDestination.ManagedId, 6, null, false);
        db.AddRange(sources);
        foreach (var (n, name) in Names.Index())
        {
            var policy = BackupPolicy.Create(name, terms, DateTimeOffset.UnixEpoch);
            db.AddRange(policy, PolicyAttachment.Create(policy, sources[0], enabled: true, priority: n, DateTimeOffset.UtcNow));
        }

        await db.SaveChangesAsync(Cancel);
        return sources[0].Id;
    }

    /// <returns>The last of the jobs, which failed for all of the names at once.</returns>
    private static async Task<Guid> AddRunsAsync(AppDbContext db, Guid source)
    {
        var all = string.Join("; ", Names);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id, destination_name,
                policy_name, scheduled_for, created_at, started_at, finished_at, cancel_requested, bytes_read, bytes_stored, error_code,
                error_summary, error_stage)
            select gen_random_uuid(), 'failed', 'manual', {source}, name, 'postgres', {StorageDestination.ManagedId}, name, name, at, at,
                at, at, false, 0, 0, 'x', case n when 1 then {all} else name end, 'dump'
            from unnest({Names}) with ordinality names(name, n), lateral (select now() - n * interval '1 minute' as at) moment
            """,
            Cancel);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into audit_log (id, created_at, actor_type, actor_name, action, target_type, target_id, target_name, metadata)
            select gen_random_uuid(), created_at, 'user', data_source_name, 'backup_job.started', 'backup_job', id, data_source_name,
                jsonb_build_object('policy', data_source_name, 'destination', data_source_name)
            from backup_jobs
            """,
            Cancel);
        return await db.Set<BackupApp.Backups.BackupJob>().OrderByDescending(j => j.CreatedAt).Select(j => j.Id).FirstAsync(Cancel);
    }

    private static AppDbContext Database(AccountsApp app) => new(
        new DbContextOptionsBuilder<AppDbContext>().UseNpgsql(app.Postgres.PooledConnectionString(app.Database)).Options);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // Of a list; a job leads on to its neighbours.
    [GeneratedRegex("""<a (?=[^>]*class="btn)(?=[^>]* rel="next")[^>]*href="(?<href>[^"]+)""")]
    private static partial Regex Next();
}
