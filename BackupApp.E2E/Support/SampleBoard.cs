namespace BackupApp.E2E.Support;

/// <summary>Very many sources, copies of one, each with its policy and a month of good nights.</summary>
public static class SampleBoard
{
    /// <param name="source">That is there already, with a policy attached; the others are as it is, but on another host.</param>
    /// <param name="count">Of all of them.</param>
    public static async Task AddBoardAsync(this AppUnderTest app, string source, int count)
    {
        await app.SqlAsync<object>(
            """
            INSERT INTO data_sources SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'name',
                'db ' || lpad(n::text, 3, '0'), 'host', 'db' || n % 7 || '.example.com',
                'labels', jsonb_build_object('team', 'team' || n % 3),
                'environment', CASE WHEN n % 4 = 0 THEN 'staging' ELSE 'prod' END, 'restore_readiness', NULL))).*
            FROM data_sources s, generate_series(2, $2) n WHERE s.name = $1
            """,
            source, count);
        await app.SqlAsync<object>(
            """
            INSERT INTO policy_attachments (id, policy_id, data_source_id, is_enabled, priority, evaluated_until, created_at)
            SELECT gen_random_uuid(), a.policy_id, s.id, true, 0, now(), a.created_at
            FROM policy_attachments a, data_sources s WHERE s.id <> a.data_source_id
            """);
        // What came due before a policy was attached it did not promise.
        await app.SqlAsync<object>("UPDATE policy_attachments SET created_at = now() - interval '40 days'");
        await app.SqlAsync<object>(
            """
            INSERT INTO backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id, destination_name,
                attachment_id, scheduled_for, created_at, started_at, finished_at, bytes_read, bytes_stored, cancel_requested,
                error_summary, error_stage)
            SELECT gen_random_uuid(), status, 'schedule', s.id, s.name, 'postgres', d.id, d.name, a.id, at, at, at,
                at + interval '4 minutes', 60000000::bigint * (40 - n),
                CASE status WHEN 'failed' THEN 0 ELSE 12000000::bigint * (40 - n) END, false,
                CASE status WHEN 'failed' THEN 'Nothing answers at ' || s.host || ':5432.' END,
                CASE status WHEN 'failed' THEN 'connect' END
            FROM data_sources s JOIN policy_attachments a ON a.data_source_id = s.id,
                (SELECT id, name FROM storage_destinations WHERE is_managed) d, generate_series(0, 29) n,
                LATERAL (SELECT now() - interval '50 minutes' - CASE WHEN s.name IN ('db 003', 'db 010') AND n = 1
                    THEN interval '1 hour' ELSE n * interval '1 day' END AS at,
                    CASE WHEN s.name IN ('db 003', 'db 010') AND n = 0 OR n = 7 AND s.host LIKE 'db4.%' THEN 'failed'
                        ELSE 'success' END AS status) row
            WHERE s.host LIKE 'db_.example.com'
            """);
    }

    /// <summary>As if nothing had run for a week.</summary>
    public static Task MakeOverdueAsync(this AppUnderTest app, string source) => app.SqlAsync<object>(
        "DELETE FROM backup_jobs WHERE data_source_name = $1 AND created_at > now() - interval '7 days'", source);
}
