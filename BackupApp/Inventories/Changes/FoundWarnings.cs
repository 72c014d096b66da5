namespace BackupApp.Inventories.Changes;

/// <summary>Which rule a change met.</summary>
public enum WarningRule
{
    TableEmptied,
    TableGone,
    TableShrank,
    RowsFell,
    BytesFell,
    ExtensionsChanged,

    /// <summary>What the tool wrote makes no sense to its reader, or is not whole: nobody can say what is in it.</summary>
    ArchiveNotUnderstood,

    /// <summary>A database of a whole server is not there any more; its name is in the table's place.</summary>
    DatabaseGone,
}

/// <summary>A change that somebody should look at before trusting the backup.</summary>
/// <param name="Schema">Of the table; empty for the whole database.</param>
/// <param name="Table">Empty for the whole database.</param>
/// <param name="Before">Rows, or bytes.</param>
public sealed record FoundWarning(WarningRule Rule, string Schema, string Table, long Before, long After, string Text);

/// <summary>Judges changes by a source's rules. A pure function.</summary>
public static class FoundWarnings
{
    /// <summary>Of more, the first are enough to look at.</summary>
    public const int Most = 100;

    // Less than this is a database that somebody only tries out.
    private const long SmallestBytes = 1_000_000;

    public static IReadOnlyList<FoundWarning> Of(WarningRules rules, ContentChanges changes) =>
        [.. Totals(rules, changes).Concat(Tables(rules, changes)).Concat(Extensions(rules, changes)).Take(Most)];

    private static IEnumerable<FoundWarning> Totals(WarningRules rules, ContentChanges changes)
    {
        var (rows, after) = (changes.RowsBefore, changes.RowsAfter);
        if (changes.KnowsRows && rows - after >= rules.SmallestRows && Fell(rows, after, rules.RowsFallPercent))
            yield return new(WarningRule.RowsFell, "", "", rows, after, $"All rows: {Arrow(rows, after)}");
        var (bytes, left) = (changes.BytesBefore, changes.BytesAfter);
        if (bytes >= SmallestBytes && Fell(bytes, left, rules.BytesFallPercent))
            yield return new(WarningRule.BytesFell, "", "", bytes, left, $"All bytes: {Arrow(bytes, left)}");
    }

    private static IEnumerable<FoundWarning> Tables(WarningRules rules, ContentChanges changes)
    {
        foreach (var table in changes.Tables.Where(t => t.RowsBefore > 0))
        {
            var (rows, after) = (table.RowsBefore!.Value, table.RowsAfter ?? 0);
            var name = ChangeSentence.Name(table.Schema, table.Name);
            if (rules.LostTables && table.Change == TableChangeKind.Emptied)
                yield return Found(WarningRule.TableEmptied, $"{name}: {Arrow(rows, 0)} rows");
            else if (rules.LostTables && table is { Change: TableChangeKind.Gone, Kind: not TableKind.Partition })
                yield return Found(WarningRule.TableGone, $"{name} is gone; it had {ChangeSentence.Number(rows)} rows");
            else if (Shrank(table) && rows - after >= rules.SmallestRows && Fell(rows, after, rules.TableRowsFallPercent))
                yield return Found(WarningRule.TableShrank, $"{name}: {Arrow(rows, after)} rows");

            FoundWarning Found(WarningRule rule, string text) => new(rule, table.Schema, table.Name, rows, after, text);
        }
    }

    private static IEnumerable<FoundWarning> Extensions(WarningRules rules, ContentChanges changes)
    {
        if (!rules.Extensions || changes.Extensions.Count == 0)
            yield break;
        var words = string.Join(", ", changes.Extensions.Select(ChangeSentence.Words));
        var text = $"The extensions changed: {words}";
        var (before, after) = (changes.Extensions.Count(e => e.WasThere), changes.Extensions.Count(e => e.IsThere));
        yield return new(WarningRule.ExtensionsChanged, "", "", before, after, text);
    }

    private static bool Shrank(TableChange table) => table.Change is TableChangeKind.Shrank or TableChangeKind.Emptied;

    private static bool Fell(long before, long after, int percent) =>
        percent > 0 && before > 0 && before - after >= before * (percent / 100.0);

    private static string Arrow(long before, long after) => $"{ChangeSentence.Number(before)} → {ChangeSentence.Number(after)}";
}
