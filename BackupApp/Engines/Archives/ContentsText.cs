using System.Globalization;
using System.Text;
using BackupApp.Inventories;

namespace BackupApp.Engines.Archives;

/// <summary>An inventory as lines for a terminal.</summary>
internal static class ContentsText
{
    public static async Task WriteAsync(Inventory inventory, TextWriter output)
    {
        foreach (var line in Beginning(inventory).Concat(Tables(inventory)).Concat(Ending(inventory)))
            await output.WriteLineAsync(Printable(line));
    }

    /// <summary>Names may hold what a terminal would obey.</summary>
    public static string Printable(string text)
    {
        if (!text.Any(char.IsControl))
            return text;
        var printable = new StringBuilder();
        foreach (var c in text)
            printable.Append(char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString());
        return printable.ToString();
    }

    private static IEnumerable<string> Beginning(Inventory inventory)
    {
        var archive = inventory.Archive;
        yield return archive.Version is null ? archive.Format : $"{archive.Format} {archive.Version}";
        if (archive.Tool is not null)
            yield return $"Made by version {archive.Tool} of its tool, of a server {archive.Server}";
        if (inventory.Database is not { } database)
            yield break;
        var locale = Part(", ", database.Encoding) + Part(", ", database.Locale ?? database.Collate);
        yield return $"Database {database.Name}{Part(", owner ", database.Owner)}{locale}";
        foreach (var setting in database.Settings)
            yield return $"  {setting.Name} = {setting.Value ?? "(not shown)"}{Part(" for ", setting.Role)}";
    }

    private static IEnumerable<string> Tables(Inventory inventory)
    {
        if (inventory.Tables.Count == 0)
            yield break;
        yield return "";
        yield return Row("rows", "bytes", "kind", "table");
        foreach (var table in inventory.Tables.OrderBy(t => t.Schema, StringComparer.Ordinal).ThenBy(t => t.Name, StringComparer.Ordinal))
        {
            var name = table.Schema.Length > 0 ? $"{table.Schema}.{table.Name}" : table.Name;
            yield return Row(Rows(table), Number(table.Bytes), Word(table.Kind.ToString()), name + Part(", owner ", table.Owner));
        }
    }

    private static IEnumerable<string> Ending(Inventory inventory)
    {
        yield return "";
        if (inventory.Tables.Count > 0)
            yield return $"Tables: {inventory.Tables.Count}, {Number(inventory.TotalRows)} rows, {Number(inventory.TotalBytes)} bytes";
        if (inventory.LargeObjects is { Count: > 0 } large)
            yield return $"Large objects: {Number(large.Count)}{Part(", bytes: ", large.Bytes is { } bytes ? Number(bytes) : null)}";
        foreach (var (what, count) in inventory.Objects.Named().Where(o => o.Count > 0))
            yield return $"{what}: {Number(count)}";
        foreach (var (what, names) in Names(inventory).Where(n => n.Names.Any()))
            yield return $"{what}: {string.Join(", ", names)}";
        if (inventory.RowsNotRead is { } why)
            yield return why;
    }

    private static (string What, IEnumerable<string> Names)[] Names(Inventory i) =>
    [
        ("Schemas", i.Schemas),
        ("Extensions", i.Extensions.Select(e => e.Name + Part(" ", e.Version))),
        ("Roles", i.Roles),
        ("Tablespaces", i.Tablespaces),
    ];

    private static string Rows(InventoryTable table) => table.State switch
    {
        RowsState.Counted => Number(table.Rows ?? 0),
        RowsState.NotRead => "not read",
        RowsState.LeftOut => "left out",
        _ => "-",
    };

    // PartitionedTable: partitioned table.
    private static string Word(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $" {c}" : $"{c}")).ToLowerInvariant();

    private static string Row(string rows, string bytes, string kind, string table) => $"{rows,15}  {bytes,17}  {kind,-17}  {table}";

    private static string Part(string before, string? text) => text is null ? "" : before + text;

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
