using System.Globalization;

namespace BackupApp.Inventories.Changes;

/// <summary>What changed, in one sentence of at most three clauses, the heaviest first.</summary>
public static class ChangeSentence
{
    public const string Nothing = "Nothing changed";

    private const int MostClauses = 3;
    private const int Heavy = 50;
    private const string UsualSchema = "public";

    public static string Of(ContentChanges changes)
    {
        var clauses = Clauses(changes).Take(MostClauses).ToList();
        return clauses.Count == 0 ? Nothing : string.Join("; ", clauses);
    }

    /// <summary>A table's name for people: with its schema where it is not the usual one.</summary>
    public static string Name(string schema, string name) => schema is UsualSchema or "" ? name : $"{schema}.{name}";

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>With its sign: <c>+12,340</c>, <c>−3</c>.</summary>
    public static string Delta(long number) => number < 0 ? $"−{Number(-number)}" : $"+{Number(number)}";

    private static IEnumerable<string> Clauses(ContentChanges changes)
    {
        var told = new HashSet<TableChange>();
        string? OfKind(IEnumerable<TableChange> which, Func<TableChange, string> one, Func<List<TableChange>, string> several)
        {
            var tables = which.ToList();
            told.UnionWith(tables);
            return tables.Count switch { 0 => null, 1 => one(tables[0]), _ => several(tables) };
        }

        var clauses = new[]
        {
            OfKind(
                changes.Tables.Where(t => t.Change == TableChangeKind.Emptied),
                t => $"{Name(t)} was emptied ({Number(t.RowsBefore ?? 0)} → 0)",
                many => $"{many.Count} tables were emptied ({Number(many.Sum(t => t.RowsBefore ?? 0))} → 0)"),
            OfKind(
                changes.Tables.Where(t => t.Change == TableChangeKind.Gone),
                t => $"{Name(t)} is gone{Had([t])}",
                many => $"{many.Count} tables are gone{Had(many)}"),
            OfKind(
                changes.Tables.Where(t => t is { Change: TableChangeKind.Shrank, RowsBefore: > 0 } && Percent(t) >= Heavy),
                t => $"{Name(t)} lost {Percent(t)} % of its rows ({Number(t.RowsBefore ?? 0)} → {Number(t.RowsAfter ?? 0)})",
                many => $"{many.Count} tables lost most of their rows ({Delta(many.Sum(t => t.RowsDelta))})"),
            OfKind(
                changes.Tables.Where(t => t.Change == TableChangeKind.New),
                t => $"{Name(t)} is new{(t.RowsAfter is { } rows ? $" ({Rows(rows)})" : "")}",
                many => $"{many.Count} tables are new"),
            Redefined(changes),
            Extensions(changes),
        };
        var rest = Rest(changes, told);
        return rest is null
            ? clauses.OfType<string>()
            : clauses.OfType<string>().Append(told.Count > 0 ? $"elsewhere {rest}" : rest);
    }

    private static string? Redefined(ContentChanges changes)
    {
        var tables = changes.Tables.Where(t => t.SchemaChanged).ToList();
        if (tables.Count > 0)
            return tables.Count == 1 ? $"the definition of {Name(tables[0])} changed" : $"the definitions of {tables.Count} tables changed";
        return changes.Objects is [var first, ..] ? $"{first.Before} → {first.After} {first.Objects}" : null;
    }

    private static string? Extensions(ContentChanges changes) => changes.Extensions.Count == 0
        ? null
        : $"extensions changed: {string.Join(", ", changes.Extensions.Take(MostClauses).Select(Words))}"
            + (changes.Extensions.Count > MostClauses ? ", …" : "");

    /// <summary>One extension's change in a few words.</summary>
    public static string Words(ExtensionChange change) => change switch
    {
        { WasThere: false } => $"{change.Name} is new",
        { IsThere: false } => $"{change.Name} is gone",
        _ => $"{change.Name} {change.Before} → {change.After}",
    };

    private static string? Rest(ContentChanges changes, HashSet<TableChange> told)
    {
        var rest = changes.Tables.Where(t => !told.Contains(t)).ToList();
        var (rows, bytes) = (rest.Sum(t => t.RowsDelta), rest.Sum(t => t.BytesDelta));
        if (changes.KnowsRows && rows != 0)
            return $"{Delta(rows)} {(Math.Abs(rows) == 1 ? "row" : "rows")}";
        return bytes == 0 ? null : $"{Delta(bytes)} bytes";
    }

    private static string Had(IReadOnlyList<TableChange> tables) =>
        tables.Any(t => t.RowsBefore is not null) ? $" ({Rows(tables.Sum(t => t.RowsBefore ?? 0))})" : "";

    private static string Rows(long rows) => rows == 1 ? "1 row" : $"{Number(rows)} rows";

    private static int Percent(TableChange table) => (int)(100.0 * -table.RowsDelta / table.RowsBefore!.Value);

    private static string Name(TableChange table) => Name(table.Schema, table.Name);
}
