using BackupApp.Audit;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Audit;

/// <summary>The page of what an entry is about.</summary>
public static class AuditLinks
{
    /// <summary>Null where there is none. What has been deleted since is told there.</summary>
    public static string? Of(AuditEntry entry, IUrlHelper url)
    {
        if (entry.TargetId is not { } id)
            return null;
        var page = entry.TargetType switch
        {
            "backup_job" => "/Jobs/Details",
            "restore_job" => "/Restores/Details",
            "datasource" => "/DataSources/Details",
            "incident" => "/Incidents/Details",
            "storage_destination" => "/Destinations/Details",
            _ => null,
        };
        return page is null ? null : url.Page(page, new { area = "", id });
    }
}
