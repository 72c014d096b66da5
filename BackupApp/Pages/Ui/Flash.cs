using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace BackupApp.Pages.Ui;

/// <summary>One message for the page after the redirect: <c>TempData.Success("Saved.")</c>. The layout shows it.</summary>
public static class Flash
{
    internal const string SuccessKey = "Flash.Success";
    internal const string WarningKey = "Flash.Warning";
    internal const string ErrorKey = "Flash.Error";

    /// <summary>Says what was done; announced politely.</summary>
    public static void Success(this ITempDataDictionary tempData, string message) => tempData[SuccessKey] = message;

    /// <summary>Says what was done and is no good news; announced politely.</summary>
    public static void Warning(this ITempDataDictionary tempData, string message) => tempData[WarningKey] = message;

    /// <summary>Whether the page that is being made will show an error of the one before.</summary>
    public static bool HasError(this ITempDataDictionary tempData) => tempData.Peek(ErrorKey) is not null;

    /// <summary>Says what failed and what to do about it; announced at once.</summary>
    public static void Error(this ITempDataDictionary tempData, string message) => tempData[ErrorKey] = message;
}
