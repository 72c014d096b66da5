using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace BackupApp.Pages.Ui;

/// <summary>A secret for the page after the redirect, which shows it once; until then it is in TempData's encrypted cookie.</summary>
public static class ShownOnce
{
    private const string Key = "ShownOnce";

    /// <param name="name">Whose or what it is.</param>
    public static void ShowOnce(this ITempDataDictionary tempData, string name, string secret) => tempData[Key] = new[] { name, secret };

    public static (string Name, string Secret)? TakeShownOnce(this ITempDataDictionary tempData) =>
        tempData[Key] is string[] and [var name, var secret] ? (name, secret) : null;
}
