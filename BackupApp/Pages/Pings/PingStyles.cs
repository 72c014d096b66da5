using BackupApp.Pings;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace BackupApp.Pages.Pings;

/// <summary>The styles in words.</summary>
internal static class PingStyles
{
    public const string Hint =
        "An address called by GET or POST is called on success only, unless it has a place for more: {state} (start, success, fail) or "
        + "{up} (up, down); {seconds} and {message} are filled in too.";

    public static IReadOnlyList<SelectListItem> All { get; } =
    [
        new("Healthchecks.io and the like: /start and /fail below the address", nameof(PingStyle.Healthchecks)),
        new("GET the address", nameof(PingStyle.Get)),
        new("POST to the address", nameof(PingStyle.Post)),
    ];
}
