using BackupApp.Data;
using BackupApp.Protection;

namespace BackupApp.Pages.Protection;

/// <summary>One page of the health board: the sources that fit, worst first, group by group. A pure function.</summary>
/// <param name="Sources">Of this page.</param>
/// <param name="Total">That fit, on all pages.</param>
/// <param name="Moved">How many stand elsewhere than by their states they should: they were held where somebody looks at them.</param>
public sealed record HealthBoard(BoardFilter Filter, IReadOnlyList<ProtectedSource> Sources, int Total, int Moved)
{
    public const int PageSize = 50;

    public int Pages => Math.Max(1, (Total + PageSize - 1) / PageSize);

    /// <summary>The states that occur among what fits otherwise, each with how many sources.</summary>
    public IReadOnlyList<(string State, int Count)> States { get; private init; } = [];

    /// <summary>What fits whatever the state.</summary>
    public int OfAnyState { get; private init; }

    /// <summary>In the order of the page.</summary>
    public IEnumerable<(string? Title, IReadOnlyList<ProtectedSource> Sources)> Groups()
    {
        for (var i = 0; i < Sources.Count;)
        {
            var title = Filter.GroupOf(Sources[i]);
            var rows = Sources.Skip(i).TakeWhile(s => Filter.GroupOf(s) == title).ToList();
            yield return (title, rows);
            i += rows.Count;
        }
    }

    /// <param name="all">Worst first.</param>
    /// <param name="held">Sources that stay where they are, because somebody points at them; empty to sort anew.</param>
    public static HealthBoard Of(IReadOnlyList<ProtectedSource> all, BoardFilter filter, IReadOnlyList<Guid> held)
    {
        var beside = all.Where(filter.FitsBesideState).ToList();
        var fitting = Grouped(beside.FindAll(filter.FitsState), filter);
        var pages = Math.Max(1, (fitting.Count + PageSize - 1) / PageSize);
        var shown = filter with { Page = Math.Min(filter.Page, pages) };
        var sorted = fitting.Skip((shown.Page - 1) * PageSize).Take(PageSize).ToList();
        var (sources, moved) = held.Count == 0 ? (sorted, 0) : Hold(all, sorted, held);
        return new HealthBoard(shown, sources, fitting.Count, moved)
        {
            OfAnyState = beside.Count,
            States =
            [
                .. new[] { (BoardFilter.NeedsYou, beside.Count(NeedsSomebody)) },
                .. beside.GroupBy(s => s.State.Word).OrderBy(g => g.Key).Select(g => (g.Key.ToSnakeCase(), g.Count())),
            ],
        };
    }

    /// <summary>What is paused somebody wanted so, as long as its promise holds.</summary>
    public static bool NeedsSomebody(ProtectedSource source) =>
        source.State.Word is not (ProtectionWord.Protected or ProtectionWord.Paused);

    public static string StateTitle(string state) =>
        state == BoardFilter.NeedsYou ? "Needs you" : SnakeCase.ParseSnakeCase<ProtectionWord>(state)?.Title() ?? state;

    // The group of the worst source comes first, and within it the worst.
    private static List<ProtectedSource> Grouped(List<ProtectedSource> sources, BoardFilter filter) => filter.Group is null
        ? sources
        : [.. sources.GroupBy(filter.GroupOf).SelectMany(g => g)];

    private static (List<ProtectedSource> Sources, int Moved) Hold(
        IReadOnlyList<ProtectedSource> all, List<ProtectedSource> sorted, IReadOnlyList<Guid> held)
    {
        var known = all.ToDictionary(s => s.Id);
        var kept = held.Distinct().Take(PageSize).Where(known.ContainsKey).Select(id => known[id]).ToList();
        var places = sorted.Select((s, i) => (s.Id, i)).ToDictionary(p => p.Id, p => p.i);
        var inPlace = LongestRising([.. kept.Where(s => places.ContainsKey(s.Id)).Select(s => places[s.Id])]);
        return (kept, Math.Max(kept.Count, sorted.Count) - inPlace);
    }

    // What need not move for the rest to be in order.
    private static int LongestRising(int[] places)
    {
        var ends = new List<int>();
        foreach (var place in places)
        {
            var at = ends.BinarySearch(place);
            if (at < 0 && ~at == ends.Count)
                ends.Add(place);
            else if (at < 0)
                ends[~at] = place;
        }

        return ends.Count;
    }
}
