namespace BackupApp.Pages.Ui.Lists;

/// <summary>By what a list is sorted, as its address says it: <c>name</c>, or <c>-name</c> for the other way round.</summary>
public readonly record struct ListSort(string Column, bool IsDescending = false)
{
    /// <param name="text">Of an address: anything.</param>
    /// <param name="usual">Where the text names none of the columns.</param>
    public static ListSort Parse(string? text, ListSort usual, IReadOnlyList<string> columns)
    {
        var isDescending = text?.StartsWith('-') == true;
        var column = isDescending ? text![1..] : text;
        return column is not null && columns.Contains(column, StringComparer.Ordinal) ? new(column, isDescending) : usual;
    }

    /// <summary>What a press on a column's head asks for: the other way round where it is sorted by it already.</summary>
    /// <param name="descendingFirst">The largest or newest first.</param>
    public ListSort Press(string column, bool descendingFirst) =>
        new(column, column == Column ? !IsDescending : descendingFirst);

    /// <summary>For <c>aria-sort</c>.</summary>
    public string WordFor(string column) => column != Column ? "none" : IsDescending ? "descending" : "ascending";

    /// <summary>In that direction; those that are equal stay as they are.</summary>
    public IOrderedEnumerable<T> Apply<T, TKey>(IEnumerable<T> rows, Func<T, TKey> key, IComparer<TKey>? comparer = null) =>
        IsDescending ? rows.OrderByDescending(key, comparer) : rows.OrderBy(key, comparer);

    public override string ToString() => IsDescending ? "-" + Column : Column;
}
