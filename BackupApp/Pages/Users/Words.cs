using System.Security.Claims;
using BackupApp.Accounts;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace BackupApp.Pages.Users;

/// <summary>Roles and time spans in words.</summary>
public static class Words
{
    public const string RoleHint =
        "A Viewer reads everything but the contents of backups. An Operator also changes, runs, downloads and deletes. "
        + "An Administrator also manages users.";

    /// <summary>Of a token.</summary>
    public const string TokenRoleHint =
        "A Runner starts backups by the policies that are attached and watches them, nothing else. " + RoleHint;

    /// <summary>The roles of people, the smallest first.</summary>
    public static IEnumerable<SelectListItem> Roles => Enum.GetNames<Role>().Select(role => new SelectListItem(role, role));

    /// <summary>The roles of tokens that <paramref name="user"/> may hand on.</summary>
    public static IEnumerable<SelectListItem> TokenRoles(ClaimsPrincipal user) =>
        Enum.GetValues<TokenRole>().Where(user.CanGrant).Select(role => new SelectListItem($"{role}", $"{role}"));

    public static IEnumerable<SelectListItem> Days(params int[] choices) => choices.Select(
        days => new SelectListItem(days switch { 0 => "Never", 1 => "In 1 day", 365 => "In a year", _ => $"In {days} days" }, $"{days}"));
}
