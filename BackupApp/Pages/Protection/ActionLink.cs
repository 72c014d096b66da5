using BackupApp.Accounts;
using BackupApp.Protection;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Protection;

/// <summary>Where the one thing to do about a state is done.</summary>
/// <param name="Page">Of this application.</param>
public sealed record ActionLink(string Title, string Page, Guid? Id, string? Fragment = null)
{
    /// <summary>Further parameters of the page.</summary>
    public IDictionary<string, string?> Route { get; init; } = new Dictionary<string, string?>();

    /// <summary>What somebody has to be allowed to go there.</summary>
    public Permission Needs => AccessRules.Needed(Page, HttpMethods.Get);

    public string? Href(IUrlHelper url) =>
        url.Page(Page, null, new RouteValueDictionary(Route) { ["id"] = Id }, null, null, Fragment);

    /// <summary>Of what happened, whatever it is about. Null where there is nothing to do.</summary>
    public static ActionLink? Of(Incident incident) => (incident.Action, incident.DataSourceId, incident.TargetId) switch
    {
        (ProtectionAction.SeeAudit, _, _) => new("See the audit log", "/Audit/Index", null),
        (ProtectionAction.SeeRestore, _, { } restore) => new("See why", "/Restores/Details", restore),
        (ProtectionAction.SeeDestination, null, { } destination) => new("See destination", "/Destinations/Details", destination),
        (_, { } source, var target) => Of(source, incident.Action, target) ?? new("See the data source", "/DataSources/Details", source),
        _ => null,
    };

    /// <summary>Null where there is nothing to do.</summary>
    public static ActionLink? Of(Guid source, ProtectionState state) => Of(source, state.Action, state.TargetId);

    private static ActionLink? Of(Guid source, ProtectionAction action, Guid? target) => action.Title() is not { } title ? null
        : action switch
        {
            ProtectionAction.SeeJob when target is { } job => new(title, "/Jobs/Details", job),
            ProtectionAction.FixConnection or ProtectionAction.EnterCredentials => new(title, "/DataSources/Edit", source),
            ProtectionAction.PrepareRestore => new(title, "/DataSources/Edit", source, "restore-login"),
            ProtectionAction.SeePolicy or ProtectionAction.FixSchedule when target is { } policy => new(
                title, "/Policies/Edit", policy),
            ProtectionAction.AddPolicy => new(title, "/DataSources/Settings", source, "policies"),
            ProtectionAction.SeeDestination when target is { } destination => new(title, "/Destinations/Details", destination),
            _ => new(title, "/DataSources/Details", source),
        };
}
