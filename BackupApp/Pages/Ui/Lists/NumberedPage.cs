namespace BackupApp.Pages.Ui.Lists;

/// <summary>A page of a list that is short enough to be sorted whole.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Total">Rows of all pages.</param>
public sealed record NumberedPage<T>(IReadOnlyList<T> Rows, int Number, int Total, int Size)
{
    public bool HasNext => (long)Number * Size < Total;

    public string? PreviousHref(ListAddress address) =>
        Number > 1 ? address.With("p", Number == 2 ? null : Text(Number - 1)) : null;

    public string? NextHref(ListAddress address) => HasNext ? address.With("p", Text(Number + 1)) : null;

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Makes them.</summary>
public static class NumberedPage
{
    /// <param name="page">Of an address: anything. Beyond the last one it is the last.</param>
    public static NumberedPage<T> Of<T>(IReadOnlyList<T> all, int? page, int size)
    {
        var last = Math.Max(1, (all.Count + size - 1) / size);
        var number = Math.Clamp(page ?? 1, 1, last);
        return new([.. all.Skip((number - 1) * size).Take(size)], number, all.Count, size);
    }
}
