using BackupApp.Protection;

namespace BackupApp.Pages.Protection;

/// <summary>Where the one thing to do about a state is done.</summary>
/// <param name="Page">Of this application.</param>
public sealed record ActionLink(string Title, string Page, Guid? Id, string? Fragment = null)
{
    /// <summary>Null where there is nothing to do.</summary>
    public static ActionLink? Of(Guid source, ProtectionState state) => state.Action.Title() is not { } title ? null : state.Action switch
    {
        ProtectionAction.SeeJob when state.TargetId is { } job => new(title, "/Jobs/Details", job),
        ProtectionAction.FixConnection => new(title, "/DataSources/Edit", source),
        ProtectionAction.PrepareRestore => new(title, "/DataSources/Edit", source, "restore-login"),
        ProtectionAction.SeePolicy or ProtectionAction.FixSchedule when state.TargetId is { } policy => new(
            title, "/Policies/Edit", policy),
        ProtectionAction.SeeDestination when state.TargetId is { } destination => new(title, "/Destinations/Details", destination),
        _ => new(title, "/DataSources/Details", source),
    };
}
