namespace BackupApp.E2E.Support;

/// <summary>Long lists, written straight into the database.</summary>
public static class SampleLists
{
    /// <summary>Sources that wait for their credentials: <c>name-1</c> and so on.</summary>
    public static Task AddSourcesAsync(this AppUnderTest app, string name, int count) => app.SqlAsync<object>(
        """
        INSERT INTO data_sources SELECT (jsonb_populate_record(NULL::data_sources, s.row || jsonb_build_object(
            'id', gen_random_uuid(), 'name', $1 || '-' || n, 'name_key', upper($1 || '-' || n)))).*
        FROM generate_series(1, $2) n, (SELECT $3::jsonb AS row) s
        """,
        name,
        count,
        Blank);

    /// <summary>Jobs of the last weeks, all good, an hour apart, each a little larger than the one before.</summary>
    public static Task AddManyJobsAsync(this AppUnderTest app, string source, int count) => app.SqlAsync<object>(
        """
        INSERT INTO backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id, destination_name,
            scheduled_for, created_at, started_at, finished_at, cancel_requested, bytes_read, bytes_stored)
        SELECT gen_random_uuid(), 'success', 'manual', s.id, s.name, 'postgres', d.id, d.name, at, at, at, at + interval '90 s', false,
            (9000000 - n) * 5::bigint, 9000000 - n
        FROM generate_series(1, $2) n, data_sources s, (SELECT id, name FROM storage_destinations WHERE is_managed) d,
            LATERAL (SELECT now() - n * interval '1 hour' AS at) t
        WHERE s.name = $1
        """,
        source,
        count);

    private const string Blank =
        """
        {"engine": "postgres", "environment": "test", "labels": {}, "is_active": true, "active_since": "2026-01-01T00:00:00Z", "host": "",
         "port": 0, "other_hosts": [], "srv": false, "database": "", "username": "", "security": {"mode": "prefer"}, "parameters": {},
         "selection": {},
         "secrets_cipher": "", "credentials_set_at": "2026-01-01T00:00:00Z", "created_at": "2026-01-01T00:00:00Z",
         "updated_at": "2026-01-01T00:00:00Z"}
        """;
}
