using BackupApp.History;
using BackupApp.Runs;

namespace BackupApp.Pages.Jobs;

/// <param name="ShowSource">False on the page of one source.</param>
/// <param name="Query">The filter as it is in the address, to go on with on the next page; empty for none.</param>
public sealed record TableModel(RunPage<JobRow> Page, bool ShowSource, string Query = "");
