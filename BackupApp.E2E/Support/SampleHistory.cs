namespace BackupApp.E2E.Support;

/// <summary>Backup jobs of the past, written straight into the database: nobody waits weeks for a full history.</summary>
public static class SampleHistory
{
    private const string Jobs =
        """
        INSERT INTO backup_jobs (
            id, status, trigger, data_source_id, data_source_name, engine, destination_id, destination_name, requested_by, scheduled_for,
            created_at, started_at, finished_at, worker_name, cancel_requested, cancel_reason, bytes_read, bytes_stored,
            error_code, error_summary, error_stage,
            tool_version, server_version, connection_protection, tool_log)
        SELECT gen_random_uuid(), status, 'manual', s.id, s.name, 'postgres', d.id, d.name, 'ada@example.com', at, at,
            at, at + size / (130000000 + n * 7919 % 31 * 2000000) * interval '1 s' + interval '1.4 s', 'backup-1',
                false, CASE status WHEN 'canceled' THEN 'user' END,
            CASE status WHEN 'success' THEN size * 5.3 ELSE 41 * 1024 * 1024 END, CASE status WHEN 'success' THEN size ELSE 0 END,
            CASE status WHEN 'failed' THEN 'connection_lost' END,
            CASE status WHEN 'failed' THEN 'The connection to the database was lost while it was dumped: ' ||
                'check that the server is running and the network between.' END,
            CASE status WHEN 'failed' THEN 'dump' END,
            'pg_dump (PostgreSQL) 15.14', '15.14', 'verified',
            CASE status WHEN 'failed' THEN E'pg_dump: error: Dumping the contents of table "orders" failed: PQgetResult() failed.\n' ||
                'pg_dump: detail: Error message from server: server closed the connection unexpectedly' END
        FROM generate_series(1, $2) n, data_sources s, (SELECT id, name FROM storage_destinations WHERE is_managed) d,
            LATERAL (SELECT now() - n * interval '7 hours 13 minutes' AS at,
                (1840 - n * 9 + n * 37 % 23) * 1024.0 * 1024 / (1 + length(s.name) % 5) AS size,
                CASE WHEN n % 13 = 4 THEN 'failed' WHEN n % 29 = 9 THEN 'canceled' ELSE 'success' END AS status) row
        WHERE s.name = $1
        """;

    private const string Artifacts =
        """
        INSERT INTO backup_artifacts (id, job_id, database, destination_id, compression, key, sealed_at, stored_at, size, sha256)
        SELECT gen_random_uuid(), j.id, s.database, j.destination_id, 'gzip', 'shop/' || s.database || '/' ||
            to_char(j.started_at, 'YYYYMMDD"T"HH24MISS"Z"') || '_' || j.id || '.dump.gz',
            j.finished_at, j.finished_at, j.bytes_stored, sha256(j.id::text::bytea)
        FROM backup_jobs j JOIN data_sources s ON s.id = j.data_source_id
        WHERE j.status = 'success' AND NOT EXISTS (SELECT 1 FROM backup_artifacts a WHERE a.job_id = j.id)
        """;

    private const string Partial =
        """
        WITH job AS (
            INSERT INTO backup_jobs (
                id, status, trigger, data_source_id, data_source_name, engine, destination_id, destination_name,
                    requested_by, scheduled_for, created_at,
                started_at, finished_at, worker_name, cancel_requested, bytes_read, bytes_stored, error_code, error_summary, error_stage,
                tool_version, server_version, connection_protection)
            SELECT gen_random_uuid(), 'partial', 'manual', s.id, s.name, 'postgres', d.id, d.name, 'ada@example.com', at, at,
                at, at + interval '94 s', 'backup-1', false, 8100000000, 1530000000, 'privileges_missing',
                '1 of 5 parts could not be backed up. legacy_accounting: The role "backup" may not connect to "legacy_accounting". ' ||
                    'As the database''s owner run: GRANT CONNECT ON DATABASE "legacy_accounting" TO "backup";', 'connect',
                'pg_dump 15.14', '15.14', 'verified'
            FROM data_sources s, (SELECT id, name FROM storage_destinations WHERE is_managed) d, (SELECT now() - interval '9 hours' AS at) t
            WHERE s.name = $1
            RETURNING id, destination_id, started_at)
        INSERT INTO backup_artifacts (
            id, job_id, position, kind, status, database, destination_id, compression, key, sealed_at, stored_at, size,
                bytes_read, sha256, note,
            error_stage, error_code, error_summary)
        SELECT gen_random_uuid(), job.id, n - 1, kind, status, database, job.destination_id, 'gzip',
            'server/' || database || '/' || to_char(started_at, 'YYYYMMDD"T"HH24MISS"Z"') || '_' ||
                replace(job.id::text, '-', '') || CASE kind WHEN 'globals' THEN '.sql.gz' ELSE '.dump.gz' END,
            stored, stored, size, size * 5, sha256(database::bytea),
            CASE kind WHEN 'globals' THEN 'The roles are without their passwords, which the login of this data source may not read: ' ||
                'set them anew after a restore.' END,
            CASE status WHEN 'failed' THEN 'connect' END, CASE status WHEN 'failed' THEN 'privileges_missing' END,
            CASE status WHEN 'failed' THEN 'The role "backup" may not connect to "legacy_accounting".' || chr(10) ||
                'As the database''s owner run: GRANT CONNECT ON DATABASE "legacy_accounting" TO "backup";' END
        FROM job, unnest(
                ARRAY['globals', 'database', 'database', 'database', 'database'],
                    ARRAY['success', 'success', 'failed', 'success', 'success'],
                ARRAY['globals', 'crm', 'legacy_accounting', 'shop_production', 'web_analytics_of_the_north'],
                    ARRAY[4711, 81000000, NULL, 940000000, 508000000]::bigint[])
                WITH ORDINALITY part(kind, status, database, size, n),
            LATERAL (SELECT CASE status WHEN 'success' THEN started_at + n * interval '18 s' END AS stored) s
        """;

    private const string Running =
        """
        INSERT INTO backup_jobs (
            id, status, trigger, data_source_id, data_source_name, engine, destination_id, destination_name,
                requested_by, scheduled_for, created_at,
            started_at, heartbeat_at, worker_id, worker_name, cancel_requested, bytes_read, bytes_stored, expected_bytes,
            tool_version, server_version, connection_protection)
        SELECT gen_random_uuid(), 'running', 'manual', s.id, s.name, 'postgres', d.id, d.name, 'ada@example.com', now(),
            now() - interval '41 s',
            now() - interval '41 s', now() + interval '1 hour', gen_random_uuid(), 'backup-1', false, 6100000000, 1150000000, 9800000000,
            'pg_dump (PostgreSQL) 15.14', '15.14', 'verified'
        FROM data_sources s, (SELECT id, name FROM storage_destinations WHERE is_managed) d
        WHERE s.name = $1
        """;

    /// <summary>Adds finished jobs to a data source: mostly good ones, several a day.</summary>
    public static async Task AddJobsAsync(this AppUnderTest app, string source, int count)
    {
        await app.SqlAsync<object>(Jobs, source, count);
        await app.SqlAsync<object>(Artifacts);
    }

    /// <summary>Adds a whole server's backup of which one database failed.</summary>
    public static Task AddPartialJobAsync(this AppUnderTest app, string source) => app.SqlAsync<object>(Partial, source);

    /// <summary>Adds a job that looks as if a worker were busy with it, and stays so.</summary>
    public static Task AddRunningJobAsync(this AppUnderTest app, string source) => app.SqlAsync<object>(Running, source);

    public static async Task<string> JobPathAsync(this AppUnderTest app, string status) =>
        $"/Jobs/{await app.SqlAsync<Guid>("SELECT id FROM backup_jobs WHERE status = $1 ORDER BY created_at DESC LIMIT 1", status)}";

    public static async Task<string> SourcePathAsync(this AppUnderTest app, string name) =>
        $"/DataSources/{await app.SqlAsync<Guid>("SELECT id FROM data_sources WHERE name = $1", name)}";
}
