using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using BackupApp.Alerts;
using BackupApp.Destinations;
using BackupApp.Protection;
using BackupApp.Tests.Alerts;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Protection;

/// <summary>
/// The real program, of which somebody deletes the whole schedule, and which is killed between finding out what that broke and
/// telling it.
/// </summary>
public sealed class AlertFaultsTests : IAsyncLifetime
{
    private static readonly TimeSpan Promise = TimeSpan.FromMinutes(5);

    private readonly string _token = $"test-{Guid.NewGuid():N}{Guid.NewGuid():N}";
    private readonly string _data = Directory.CreateTempSubdirectory("backupapp-alerts-").FullName;
    private readonly TestReceiver _receiver = new();
    private TestPostgres _postgres = null!;
    private AppSettings _settings = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _postgres = TestPostgres.Require();
        _settings = new AppSettings(_postgres.ConnectionString(await _postgres.CreateMigratedDatabaseAsync("alerts")), _data)
        {
            Variables = new Dictionary<string, string>
            {
                ["BackupApp__Bootstrap__ApiToken"] = _token,
                ["BackupApp__Protection__WatchInterval"] = "00:00:01",
            },
        };
    }

    public async ValueTask DisposeAsync()
    {
        _receiver.Dispose();
        await _postgres.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Without_recurring_jobs_a_broken_promise_is_found_within_a_minute_and_told_though_its_finder_was_killed()
    {
        DateTimeOffset breaks;
        await using (var app = await AppProcess.StartAsync(_settings))
        {
            using var http = Client(app);
            await AddChannelAsync(http);
            await DeleteScheduleAsync();
            // Whoever starts it just now gives it the time to catch up.
            await UntilAsync("update watch_beats set grace_until = now() - interval '1 minute'", "the watch beats");
            breaks = DateTimeOffset.UtcNow.AddSeconds(3);
            await AddSourceAsync(http, breaks - Promise);

            await Until.TrueAsync(async () => await NoticesAsync() > 0, "the broken promise is found", 63);
            await app.KillAsync();
        }

        Assert.Empty(_receiver.Requests);
        await using (var db = JobBench.Database(_settings))
        {
            var incident = await db.Set<Incident>().SingleAsync(i => i.Kind == IncidentKind.Overdue, Cancel);
            Assert.InRange(incident.BeganAt, breaks.AddSeconds(-1), breaks.AddMinutes(1));
            // The minute in which others may join it.
            await db.Database.ExecuteSqlAsync($"update alert_notices set due_at = now()", Cancel);
        }

        await using var next = await AppProcess.StartAsync(_settings);
        await Until.TrueAsync(() => _receiver.Requests.Count > 0, "the alert arrives", 60);
        // Its own watch looks every second and has looked since.
        Assert.Equal(1, await NoticesAsync());
        var request = Assert.Single(_receiver.Requests);
        Assert.Contains("\"kind\":\"overdue\"", request.Body, StringComparison.Ordinal);
    }

    private HttpClient Client(AppProcess app)
    {
        var http = new HttpClient { BaseAddress = new Uri(app.Address, "/api/v1/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        return http;
    }

    private async Task AddChannelAsync(HttpClient http)
    {
        var channel = new JsonObject
        {
            ["kind"] = "webhook",
            ["name"] = "hook",
            ["url"] = _receiver.Address + "hook",
            ["kinds"] = new JsonArray("overdue"),
        };
        using var answer = await http.PostAsJsonAsync("notifications/channels", channel, Cancel);
        answer.EnsureSuccessStatusCode();
    }

    private async Task DeleteScheduleAsync()
    {
        await UntilAsync("select 1 from hangfire.hash where key = 'recurring-job:schedules'", "the recurring jobs are there");
        await using var db = JobBench.Database(_settings);
        await db.Database.ExecuteSqlAsync($"delete from hangfire.set where key = 'recurring-jobs'", Cancel);
        await db.Database.ExecuteSqlAsync($"delete from hangfire.hash where key like 'recurring-job:%'", Cancel);
    }

    private async Task AddSourceAsync(HttpClient http, DateTimeOffset started)
    {
        var body = new JsonObject { ["name"] = "shop", ["engine"] = "postgres", ["environment"] = "prod" };
        using var answer = await http.PostAsJsonAsync("datasources", body, Cancel);
        answer.EnsureSuccessStatusCode();
        var source = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel))!["id"]!.GetValue<Guid>();
        await using var db = JobBench.Database(_settings);
        await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
        await db.Database.ExecuteSqlAsync(
            $"insert into source_promises (data_source_id, max_age) values ({source}, {Promise})", Cancel);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id, destination_name,
                scheduled_for, created_at, started_at, finished_at, bytes_read, bytes_stored, cancel_requested)
            values ({Guid.CreateVersion7()}, 'success', 'manual', {source}, 'shop', 'postgres', {StorageDestination.ManagedId}, 'storage',
                {started}, {started}, {started}, {started.AddSeconds(1)}, 10, 5, false)
            """,
            Cancel);
        await transaction.CommitAsync(Cancel);
    }

    private async Task<int> NoticesAsync()
    {
        await using var db = JobBench.Database(_settings);
        return await db.Set<AlertNotice>().CountAsync(Cancel);
    }

    private Task UntilAsync(string sql, string what) => Until.TrueAsync(
        async () =>
        {
            await using var connection = await _postgres.OpenAsync(
                new Npgsql.NpgsqlConnectionStringBuilder(_settings.ConnectionString).Database);
            await using var command = new Npgsql.NpgsqlCommand(sql, connection);
            await using var reader = await command.ExecuteReaderAsync(Cancel);
            return reader.RecordsAffected > 0 || await reader.ReadAsync(Cancel);
        },
        what);
}
