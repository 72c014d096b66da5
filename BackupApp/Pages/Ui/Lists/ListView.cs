namespace BackupApp.Pages.Ui.Lists;

/// <summary>A filter that is set.</summary>
/// <param name="Name">In the address.</param>
/// <param name="Label">As in "Status".</param>
/// <param name="Value">As in "Failed".</param>
public sealed record FilterChip(string Name, string Label, string Value);

/// <summary>How a list is shown: what its head, its filter and its pages lead to.</summary>
/// <param name="Address">With everything that is chosen.</param>
/// <param name="Chips">In the order of the fields.</param>
public sealed record ListView(ListAddress Address, ListSort Sort, IReadOnlyList<FilterChip> Chips)
{
    public bool IsFiltered => Chips.Count > 0;

    /// <summary>Nothing filtered, the same order.</summary>
    public string AllHref => new ListAddress(Address.Path, Address.Kept("sort")).Href;
}
