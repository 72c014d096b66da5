namespace BackupApp.Pages.DataSources;

/// <summary>What is done to many sources, in words.</summary>
public static class BulkWords
{
    /// <summary>As on a button, before "3 data sources".</summary>
    public static string Verb(BulkAction action) => action switch
    {
        BulkAction.Run => "Back up",
        BulkAction.Attach => "Attach a policy to",
        BulkAction.Pause => "Pause",
        BulkAction.Resume => "Resume",
        _ => "Delete",
    };

    /// <summary>As after "3 data sources".</summary>
    public static string Done(BulkAction action) => action switch
    {
        BulkAction.Run => "queued for a backup",
        BulkAction.Attach => "got the policy",
        BulkAction.Pause => "paused",
        BulkAction.Resume => "resumed",
        _ => "deleted",
    };

    /// <summary>Of a form: each field may hold several, between commas. What is no id is left out.</summary>
    public static IReadOnlyList<Guid> ReadIds(IEnumerable<string> fields) =>
    [
        .. fields.SelectMany(f => f.Split(',', StringSplitOptions.RemoveEmptyEntries))
            .Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty)
            .Where(id => id != Guid.Empty)
            .Distinct(),
    ];
}
