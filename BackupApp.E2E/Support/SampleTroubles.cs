namespace BackupApp.E2E.Support;

/// <summary>What goes wrong in weeks, written straight into the database.</summary>
public static class SampleTroubles
{
    /// <summary>Runs that were missed and skipped.</summary>
    public static Task AddGapsAsync(this AppUnderTest app, string source) => app.SqlAsync<object>(
        """
        INSERT INTO audit_log (id, created_at, actor_type, action, target_type, target_id, target_name, metadata)
        SELECT gen_random_uuid(), now() - n * interval '5 hours', 'system',
            CASE n WHEN 1 THEN 'backup_job.skipped' ELSE 'backup_job.missed' END, 'datasource', id, name,
            jsonb_build_object('policy', 'Nightly', 'scheduledFor', now() - interval '6 hours', 'stillActive',
                (SELECT id FROM backup_jobs LIMIT 1),
                'count', n, 'first', now() - n * interval '1 day', 'last', now() - interval '5 hours', 'isCapped', false)
        FROM data_sources, generate_series(1, 2) n WHERE name = $1
        """,
        source);

    /// <summary>As of a source that was made by API and waits for its credentials.</summary>
    public static Task RemoveCredentialsAsync(this AppUnderTest app, string source) => app.SqlAsync<object>(
        "UPDATE data_sources SET secrets_cipher = '', host = '', port = 0, last_test = NULL WHERE name = $1", source);

    /// <summary>Makes the source's backups those of the policy that is attached to it.</summary>
    public static Task ScheduleJobsAsync(this AppUnderTest app, string source) => app.SqlAsync<object>(
        """
        UPDATE backup_jobs j SET trigger = 'schedule', attachment_id = a.id, policy_id = p.id, policy_name = p.name,
            scheduled_for = j.created_at
        FROM policy_attachments a JOIN backup_policies p ON p.id = a.policy_id JOIN data_sources s ON s.id = a.data_source_id
        WHERE j.data_source_id = s.id AND s.name = $1
        """,
        source);

    /// <summary>One backup that was only hidden, and one that cannot be deleted.</summary>
    public static Task SpoilDeletionsAsync(this AppUnderTest app, string source) => app.SqlAsync<object>(
        """
        UPDATE backup_jobs j SET deletion_marked_at = now(), deletion_reason = 'user_deleted', only_hidden = n = 1,
            bytes_freed = 0, deleted_at = CASE n WHEN 1 THEN now() END,
            deletion_attempts = 3, deletion_due_at = CASE n WHEN 2 THEN now() + interval '4 hours' END,
            deletion_error = CASE n WHEN 2 THEN 'The destination accepted the deletion, but the object is still there. ' ||
                'It may be locked against deletion.' END
        FROM (SELECT id, row_number() OVER (ORDER BY created_at DESC) AS n FROM backup_jobs WHERE data_source_name = $1
            AND status = 'success') r
        WHERE r.id = j.id AND n <= 2
        """,
        source);

    /// <summary>Databases beside the source that nobody backs up, labels on it, and an incident.</summary>
    /// <returns>The incident's page.</returns>
    public static async Task<string> AddUncoveredAndIncidentAsync(this AppUnderTest app, string source)
    {
        await app.SqlAsync<object>(
            """
            INSERT INTO uncovered_databases (id, engine, server, addresses, host, port, database, data_source_id, found_at, seen_at,
                ignored_at, ignored_by, ignored_why)
            SELECT gen_random_uuid(), 'postgres', 'sample', '{postgres/sample:1}', 'db1.a-long-department.example.com', 5432,
                'a_database_with_a_rather_long_name_' || n, id, now(), now(), CASE n WHEN 3 THEN now() END, 'ann', 'made anew each night'
            FROM data_sources, generate_series(1, 3) n WHERE name = $1
            """,
            source);
        await app.SqlAsync<object>(
            """
            UPDATE data_sources SET labels = '{"team": "shop", "cost-center": "0815-a-rather-long-value"}' WHERE name = $1
            """,
            source);
        return $"/Incidents/{await app.SqlAsync<Guid>(
            """
            INSERT INTO incidents (id, subject, name, data_source_id, environment, kind, cause, reason, action, began_at, told_at,
                reminders, last_good_at, labels, environments)
            SELECT gen_random_uuid(), 'sample', name, id, 'prod', 'overdue', 'sample',
                'The newest good backup is 41 h old; promised was never older than 36 h.', 'run_now', now(), now(), 1,
                now() - interval '41 hours', '["team=shop"]', '["prod"]'
            FROM data_sources WHERE name = $1
            RETURNING id
            """,
            source)}";
    }

    public static Task MakeUnknownAsync(this AppUnderTest app) => app.SqlAsync<object>(
        """
        UPDATE destination_looks SET objects = 184021, unknown = 3, unknown_bytes = 734003200, unknown_uploads = 1, examples =
            '[{"key": "old-scripts/dump_2024-11-02_production_database_before_the_migration.sql.gz", "size": 734000000,
                "since": "2024-11-02T03:00:00Z"},
              {"key": "notes.txt", "size": 3200, "since": "2025-01-05T10:00:00Z"},
              {"key": "upload.bin", "size": null, "since": "2026-01-05T10:00:00Z"}]'
        """);

    /// <summary>A bucket that is gone for good, and two of the source's backups that were in it.</summary>
    /// <returns>The destination's page.</returns>
    public static async Task<string> AddLostBucketAsync(this AppUnderTest app, string source) =>
        $"/Destinations/{await app.SqlAsync<Guid>(
            """
            WITH bucket AS (
                INSERT INTO storage_destinations (id, name, kind, is_managed, endpoint, region, bucket, prefix,
                    force_path_style, encryption, created_at, updated_at, last_test)
                VALUES (gen_random_uuid(), 'Old bucket', 's3', false, 'https://s3.example.com', 'eu-central-1',
                    'backups-of-the-shop', '', true, 'none', now(), now(), NULL)
                RETURNING id, name),
            moved AS (
                UPDATE backup_jobs SET destination_id = bucket.id, destination_name = bucket.name FROM bucket
                WHERE backup_jobs.id IN (SELECT id FROM backup_jobs WHERE data_source_name = $1 AND status = 'success'
                    AND deletion_marked_at IS NULL LIMIT 2))
            SELECT id FROM bucket
            """,
            source)}";

    public static async Task<string> ForgottenJobPathAsync(this AppUnderTest app) =>
        $"/Jobs/{await app.SqlAsync<Guid>("SELECT id FROM backup_jobs WHERE deletion_reason = 'destination_deleted' LIMIT 1")}";

    public static async Task<string> PolicyPathAsync(this AppUnderTest app, string name) =>
        $"/Policies/Edit/{await app.SqlAsync<Guid>("SELECT id FROM backup_policies WHERE name = $1", name)}";

    public static async Task<string> DeletedJobPathAsync(this AppUnderTest app) =>
        $"/Jobs/{await app.SqlAsync<Guid>("SELECT id FROM backup_jobs WHERE only_hidden")}";

    public static async Task<string> UndeletedJobPathAsync(this AppUnderTest app) =>
        $"/Jobs/{await app.SqlAsync<Guid>("SELECT id FROM backup_jobs WHERE deletion_error IS NOT NULL")}";
}
