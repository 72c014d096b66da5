using System.Diagnostics;
using BackupApp.Engines;
using BackupApp.Engines.Archives;
using BackupApp.Inventories;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres.Archives;

/// <summary>A database of a real server, what a real pg_dump writes of it, and what the server itself says.</summary>
public sealed class DumpedDatabase(TestPostgres postgres, string name)
{
    private const string CountAll = """
        SELECT coalesce(string_agg(format('%s.%s %s', n.nspname, c.relname,
            (xpath('/row/n/text()',
                query_to_xml(format('SELECT count(*) AS n FROM ONLY %I.%I', n.nspname, c.relname), false, true, '')))[1]), E'\x01'), '')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
        """;

    public static async Task<DumpedDatabase> CreateAsync(TestPostgres postgres, string sql) =>
        new(postgres, await postgres.CreateDatabaseAsync("contents", sql));

    public string Name => name;

    /// <summary>A line for each table that the server has: <c>schema.name rows</c>.</summary>
    public async Task<IReadOnlyList<string>> CountsAsync()
    {
        var all = await postgres.ScalarAsync<string>(CountAll, name);
        return [.. all!.Split('\u0001', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }

    public static IReadOnlyList<string> Counts(Inventory inventory) =>
        [.. inventory.Tables.Where(t => t.Rows is not null).Select(t => $"{t.Schema}.{t.Name} {t.Rows}").Order(StringComparer.Ordinal)];

    /// <summary>What pg_dump writes into a pipe is read while it does.</summary>
    public async Task<Inventory> InventoryAsync(params string[] arguments)
    {
        var reader = ArchiveReaders.For(Engine.Postgres, ArtifactKind.Database);
        using var tool = Start("pg_dump", ["-Fc", "-Z0", .. arguments]);
        var errors = tool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[128 * 1024];
        while (await tool.StandardOutput.BaseStream.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var read)
            reader.Write(buffer.AsSpan(0, read));
        await tool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await errors);
        var reading = reader.Complete();
        return reading is ArchiveReading.Whole whole ? whole.Inventory : throw new InvalidOperationException(reading.ToString());
    }

    /// <param name="shell">With pg_dump's connection in its environment; <c>$1</c> is the file.</param>
    public async Task<byte[]> DumpAsync(string shell = "pg_dump -Fc -Z0 | cat > \"$1\"")
    {
        var file = Path.GetTempFileName();
        var (code, output) = await Shell.RunAsync("bash", ["-c", "set -o pipefail; " + shell, "bash", file], Environment);
        Assert.Equal((0, ""), (code, output));
        var bytes = await File.ReadAllBytesAsync(file);
        File.Delete(file);
        return bytes;
    }

    public Dictionary<string, string> Environment => new(postgres.ToolEnvironment) { ["PGDATABASE"] = name };

    private Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in Environment)
            start.Environment[key] = value;
        return Process.Start(start)!;
    }
}
