using Microsoft.AspNetCore.WebUtilities;

namespace BackupApp.Pages.Contents;

/// <summary>The way from a table that somebody misses to the restore of just that.</summary>
public static class RestoreLink
{
    /// <param name="word"><c>backup</c> for this one, <c>before</c> for the last good one before it.</param>
    /// <param name="database">Null where the backup has one part.</param>
    public static string Of(string pathBase, string word, Guid job, string? database, string schema, string table)
    {
        var query = new Dictionary<string, string?> { [word] = job.ToString() };
        if (database is not null)
            query["database"] = database;
        if (table.Length > 0)
            (query["schema"], query["table"]) = (schema, table);
        return QueryHelpers.AddQueryString($"{pathBase}/Restores/Create", query);
    }
}
