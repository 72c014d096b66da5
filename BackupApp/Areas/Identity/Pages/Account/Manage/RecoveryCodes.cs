using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace BackupApp.Areas.Identity.Pages.Account.Manage;

/// <summary>Carries fresh recovery codes to the page that shows them once, in TempData's encrypted cookie.</summary>
internal static class RecoveryCodes
{
    public const int Count = 10;

    private const string Key = "RecoveryCodes";

    public static void ShowRecoveryCodes(this ITempDataDictionary tempData, IEnumerable<string>? codes) => tempData[Key] = codes?.ToArray();

    public static string[]? TakeRecoveryCodes(this ITempDataDictionary tempData) => tempData[Key] as string[];
}
