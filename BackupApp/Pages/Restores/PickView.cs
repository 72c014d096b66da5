using System.Globalization;
using BackupApp.Pages.Ui;
using BackupApp.Restores;
using BackupApp.Tools;

namespace BackupApp.Pages.Restores;

/// <summary>The list to pick from as it is shown: one page of it, and what is checked on others.</summary>
public sealed class PickView
{
    private readonly HashSet<string> _picked;

    public PickView(PickList list, WizardInput input)
    {
        (List, Page) = (list, list.Page(input.Search, input.ListPage));
        var selection = PickKey.Read(input.Picked);
        _picked = [.. selection.Schemas.Select(s => PickKey.Of(s, null)), .. selection.Tables.Select(t => PickKey.Of(t.Schema, t.Name))];
        Totals = list.Count(selection);
        Search = input.Search;
    }

    public PickList List { get; }

    public PickPage Page { get; }

    public PickTotals Totals { get; }

    public string? Search { get; }

    public bool IsAny => _picked.Count > 0;

    /// <summary>Somebody has begun to pick.</summary>
    public bool IsOpen => IsAny || !string.IsNullOrEmpty(Search) || Page.Number > 1;

    /// <summary>Checked, and not on this page.</summary>
    public IEnumerable<string> Elsewhere => _picked.Except(Page.Items.Select(i => i.Key)).Order(StringComparer.Ordinal);

    public string Sentence => !IsAny
        ? $"Everything: {Words(List.Everything)}."
        : $"Checked: {Words(Totals)}."
            + (Totals.Uncounted > 0 ? " Rows of partitioned tables are those of their partitions, which come with them." : "")
            + (Totals.Unknown.Count > 0 ? $" Not in this backup: {ShellWord.Show(string.Join(", ", Totals.Unknown))}." : "");

    public bool IsPicked(Pickable item) => _picked.Contains(item.Key);

    public static string Rows(Pickable item) => item.Rows?.ToString("N0", CultureInfo.InvariantCulture) ?? "–";

    private static string Words(PickTotals totals) => string.Create(
        CultureInfo.InvariantCulture,
        $"{totals.Tables:N0} table{(totals.Tables == 1 ? "" : "s")}, {totals.Rows:N0} rows, {Quantity.Bytes(totals.Bytes)}");
}
