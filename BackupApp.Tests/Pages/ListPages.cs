using System.Net;
using BackupApp.Accounts.People;
using BackupApp.Tests.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Pages;

/// <summary>The pages over sources and jobs that were written straight into the database. One for a class.</summary>
public sealed class ListPages : IAsyncLifetime
{
    public const int Failed = 4;

    private const string Rows =
        """
        insert into data_sources select (jsonb_populate_record(null::data_sources, to_jsonb(s) || jsonb_build_object(
            'id', gen_random_uuid(), 'name', 'source ' || lpad(n::text, 3, '0'), 'name_key', 'SOURCE ' || lpad(n::text, 3, '0')))).*
        from data_sources s, generate_series(1, 120) n where s.name = 'first';
        insert into backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id, destination_name,
            scheduled_for, created_at, started_at, finished_at, cancel_requested, bytes_read, bytes_stored, error_code, error_summary,
            error_stage)
        select gen_random_uuid(), status, 'manual', s.id, s.name, 'postgres', d.id, d.name, at, at, at, at + n * interval '1 minute', false,
            n * 5242880, n * 1048576, case status when 'failed' then 'x' end,
            case status when 'failed' then '=cmd|'' /C calc''!A0' end, case status when 'failed' then 'dump' end
        from data_sources s, (select id, name from storage_destinations where is_managed) d,
            (select n, case when n < 10 then 'success' when n < 14 then 'failed' else 'canceled' end as status,
                timestamptz '2025-03-08 23:30Z' + n * interval '1 day' as at from generate_series(1, 16) n) job
        where s.name = 'first';
        """;

    private AccountsApp? _app;

    internal AccountsApp App => _app ?? throw new InvalidOperationException("It was not started.");

    public Uri Address => App.Address;

    public async ValueTask InitializeAsync()
    {
        // As released: files of a build are looked at anew with each request otherwise.
        _app = await AccountsApp.StartAsync(("ReloadStaticAssetsAtRuntime", "false"));
        await using var scope = App.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BackupApp.Data.AppDbContext>();
        db.Add(BackupApp.DataSources.DataSource.CreateWithoutCredentials(
            "first", BackupApp.DataSources.DataSourceEnvironment.Test, BackupApp.Engines.Engine.Postgres, DateTimeOffset.UtcNow));
        await BackupApp.Destinations.ManagedDestination.EnsureAsync(
            db, new BackupApp.Destinations.ManagedStorageOptions(), new BackupApp.Stored.DestinationUse(db), TimeProvider.System,
            CancellationToken.None);
        await db.SaveChangesAsync();
        await App.ExecuteAsync(Rows);
        await App.ExecuteAsync(
            """
            insert into audit_log (id, created_at, actor_type, action, target_type, target_id, target_name, metadata)
            select gen_random_uuid(), now(), 'system', 'backup_job.started', 'backup_job', id, data_source_name, '{}' from backup_jobs
            """);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }

    internal async Task<Visitor> VisitAsync(UserRole role, string zone = "UTC")
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        await App.CreateUserAsync(email, role);
        var visitor = new Visitor(App);
        await visitor.SignInAsync(email);
        visitor.Cookies.Add(App.Address, new Cookie("zone", Uri.EscapeDataString(zone)));
        return visitor;
    }
}
