using BackupApp.Backups;

namespace BackupApp.Pages.Jobs;

/// <param name="ShowSource">False on the page of one source.</param>
public sealed record TableModel(JobPage Page, bool ShowSource);
