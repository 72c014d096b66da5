using BackupApp.Accounts;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace BackupApp.Pages.Users;

/// <summary>Roles and time spans in words.</summary>
public static class Words
{
    /// <summary>The roles of people, the smallest first.</summary>
    public static IEnumerable<SelectListItem> Roles => Enum.GetValues<Role>().Select(role => new SelectListItem($"{role}: {Says(role.ToString())}", role.ToString()));

    /// <summary>The roles of tokens that <paramref name="user"/> may hand on.</summary>
    public static IEnumerable<SelectListItem> TokenRoles(System.Security.Claims.ClaimsPrincipal user) => Enum.GetValues<TokenRole>().Where(user.CanGrant)
        .Select(role => new SelectListItem($"{role}: {Says(role.ToString())}", role.ToString()));

    public static IEnumerable<SelectListItem> Days(params int[] choices) => choices.Select(
        days => new SelectListItem(days switch { 0 => "Never", 1 => "In 1 day", 365 => "In a year", _ => $"In {days} days" }, $"{days}"));

    private static string Says(string role) => role switch
    {
        nameof(TokenRole.Runner) => "starts and watches backups, nothing else",
        nameof(TokenRole.Viewer) => "reads everything but the contents of backups",
        nameof(TokenRole.Operator) => "also sources, policies, destinations; runs, downloads, deletes",
        _ => "also users and tokens",
    };
}
