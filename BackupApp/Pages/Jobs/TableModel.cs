using BackupApp.History;
using BackupApp.Pages.Ui.Lists;
using BackupApp.Runs;

namespace BackupApp.Pages.Jobs;

/// <param name="ShowSource">False on the page of one source.</param>
/// <param name="Query">The filter as it is in the address, to go on with on the next page; empty for none.</param>
/// <param name="List">Null where it cannot be sorted.</param>
public sealed record TableModel(RunPage<JobRow> Page, bool ShowSource, string Query = "", ListView? List = null)
{
    public static readonly TableModel Empty = new(new([], null, null), true);

    /// <summary>Where the pages are counted instead of following time: the one before.</summary>
    public string? Previous { get; init; }

    public string? Next { get; init; }
}
