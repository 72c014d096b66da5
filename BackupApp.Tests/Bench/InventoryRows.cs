using System.Globalization;
using BackupApp.Inventories;
using BackupApp.Inventories.Kept;

namespace BackupApp.Tests.Bench;

/// <summary>Inventories of 12,000 tables for some of the jobs of <see cref="HistoryRows"/>.</summary>
public static class InventoryRows
{
    private const int Tables = 12_000;
    private const int AtOnce = 500;

    /// <param name="count">Of one in so many jobs as it takes; all of one shape a source, each with figures of its own size.</param>
    public static async Task InsertAsync(BenchApp app, int count)
    {
        var random = new Random(1);
        var inventory = new Inventory
        {
            Archive = new ArchiveFacts("PostgreSQL custom format", "1.14", "15.1", "15.1"),
            Tables = [.. Enumerable.Range(0, Tables).Select(i => Table(i, random))],
        };
        var (body, hash) = InventoryCodec.Shape(inventory);
        await app.ExecuteAsync(
            $"""
            INSERT INTO inventory_shapes (id, data_source_id, hash, body)
            SELECT gen_random_uuid(), id, '\x{Convert.ToHexString(hash)}', '\x{Convert.ToHexString(body)}' FROM data_sources
            """);
        for (var done = 0; done < count; done += AtOnce)
        {
            var figures = Convert.ToHexString(InventoryCodec.Figures([.. inventory.Tables.Select((_, i) => Table(i, random))]));
            await app.ExecuteAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"""
                INSERT INTO artifact_inventories (artifact_id, job_id, data_source_id, part, taken_at, shape_id, figures,
                    tables, rows, bytes, large_objects, other_tables, other_rows, other_bytes, changed)
                SELECT gen_random_uuid(), j.id, j.data_source_id, 'database/shop', j.created_at, s.id, '\x{figures}',
                    {Tables}, 1000000, 100000000, 0, 0, 0, 0, '+12,340 rows'
                FROM (SELECT id, data_source_id, created_at FROM backup_jobs WHERE status = 'success'
                    ORDER BY created_at DESC, id DESC OFFSET {done} LIMIT {Math.Min(AtOnce, count - done)}) j
                JOIN inventory_shapes s ON s.data_source_id = j.data_source_id
                """));
        }

        await app.ExecuteAsync("VACUUM (ANALYZE) artifact_inventories, inventory_shapes");
    }

    private static InventoryTable Table(int i, Random random)
    {
        var rows = (long)Math.Pow(10, random.NextDouble() * 6);
        var name = string.Create(CultureInfo.InvariantCulture, $"tenant_{i:00000}_orders");
        return new("public", name, "owner", TableKind.Table, RowsState.Counted, rows, rows * random.Next(40, 200)) { Definition = (uint)i };
    }
}
