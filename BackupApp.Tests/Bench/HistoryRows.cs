using System.Globalization;
using BackupApp.Data;

namespace BackupApp.Tests.Bench;

/// <summary>Many finished jobs, written straight into the application's database, and the pages that are asked for.</summary>
public static class HistoryRows
{
    private const int PageSize = 25;
    private const int AtOnce = 50_000;
    private const string Source = "00000000-0000-7000-9000-000000000007";
    private const string Policy = "00000000-0000-7000-a000-000000000007";

    private static readonly DateTimeOffset Newest = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(30);

    // Fifty sources like the one that is there, twenty policies; one in twenty by hand, one in twenty failed, hardly any partial.
    private const string Sources =
        """
        INSERT INTO data_sources SELECT (jsonb_populate_record(s, jsonb_build_object(
            'id', '00000000-0000-7000-9000-' || lpad(n::text, 12, '0'), 'name', 'source ' || n, 'name_key', 'SOURCE ' || n))).*
        FROM data_sources s, generate_series(0, 49) n WHERE s.id = (SELECT id FROM data_sources LIMIT 1);
        INSERT INTO backup_policies (id, name, name_key, cron, time_zone, keep_days, keep_last, destination_id,
            run_once_after_downtime, created_at, updated_at)
        SELECT ('00000000-0000-7000-a000-' || lpad(n::text, 12, '0'))::uuid, 'policy ' || n, 'POLICY ' || n,
            '0 0 1 1 *', 'UTC', 0, 0, d.id, false, now(), now()
        FROM generate_series(0, 19) n, storage_destinations d WHERE d.is_managed;
        """;

    private static string Jobs(int first, int last) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        INSERT INTO backup_jobs (
            id, status, trigger, data_source_id, data_source_name, engine, destination_id, destination_name, policy_id,
                policy_name, scheduled_for, created_at,
            started_at, finished_at, cancel_requested, bytes_read, bytes_stored, error_code, error_summary, error_stage)
        SELECT gen_random_uuid(), status, CASE WHEN n % 20 = 3 THEN 'manual' ELSE 'schedule' END,
            ('00000000-0000-7000-9000-' || lpad((n % 50)::text, 12, '0'))::uuid, 'source ' || n % 50, 'postgres', d.id, d.name,
            CASE WHEN n % 20 = 3 THEN NULL ELSE ('00000000-0000-7000-a000-' || lpad((n % 20)::text, 12, '0'))::uuid END,
            CASE WHEN n % 20 = 3 THEN NULL ELSE 'policy ' || n % 20 END,
            at, at, at + interval '1 s', at + interval '90 s', false, 1000000000, 300000000,
            CASE status WHEN 'failed' THEN 'dump_failed' END,
                CASE status WHEN 'failed' THEN 'The server closed the connection.' END, CASE status WHEN 'failed' THEN 'dump' END
        FROM generate_series({first}, {last}) n, (SELECT id, name FROM storage_destinations WHERE is_managed) d,
            LATERAL (SELECT '{Newest:O}'::timestamptz - n * interval '{Apart.TotalSeconds} s' AS at,
                CASE WHEN n % 5000 = 4999 THEN 'partial' WHEN n % 21 = 4 THEN 'failed' WHEN n % 53 = 9 THEN 'canceled'
                    ELSE 'success' END AS status) row;
        """);

    public static async Task InsertAsync(BenchApp app, int count)
    {
        await app.ExecuteAsync(Sources);
        for (var first = 1; first <= count; first += AtOnce)
            await app.ExecuteAsync(Jobs(first, Math.Min(first + AtOnce - 1, count)));
        await app.ExecuteAsync("VACUUM (ANALYZE) backup_jobs");
    }

    public static IEnumerable<(string Name, string Path)> Pages(int count)
    {
        // The 10,000th page of a million, and as deep in proportion of fewer.
        var page = Math.Max(2, count / 4 / PageSize);
        var deep = $"after={new KeysetCursor(Newest - (Apart * page * PageSize), Guid.AllBitsSet)}";
        var (from, to) = (
            Newest.AddDays(-9).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Newest.AddDays(-2).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        return
        [
            ("first", ""),
            ("status failed", "status=failed"),
            ("status partial, of which there are next to none", "status=partial"),
            ("trigger manual", "trigger=manual"),
            ("one source", $"source={Source}"),
            ("one source, failed", $"source={Source}&status=failed"),
            ("one policy", $"policy={Policy}"),
            ("one policy, failed", $"policy={Policy}&status=failed"),
            ("a week", $"from={from}&to={to}"),
            ("a week, one source, failed", $"from={from}&to={to}&source={Source}&status=failed"),
            (string.Create(CultureInfo.InvariantCulture, $"page {page:N0}"), deep),
            (
                string.Create(CultureInfo.InvariantCulture, $"page {page:N0}, scheduled successes"),
                $"{deep}&trigger=schedule&status=success"),
        ];
    }
}
