using BackupApp.Accounts.Tokens;
using Microsoft.AspNetCore.Mvc.ApplicationModels;

namespace BackupApp.Accounts.SignIn;

/// <summary>
/// The pages of Identity's user interface that exist here. What is not listed has no address: nobody registers,
/// nothing is sent by e-mail, and no page that a later version of the library brings along appears by itself.
/// </summary>
internal static class IdentityPages
{
    private static readonly HashSet<string> Allowed = new(StringComparer.Ordinal)
    {
        "/Account/AccessDenied",
        "/Account/Lockout",
        "/Account/Login",
        "/Account/LoginWith2fa",
        "/Account/LoginWithRecoveryCode",
        "/Account/Logout",
        "/Account/TooManyAttempts",
        "/Account/Manage/ApiTokens",
        "/Account/Manage/ChangePassword",
        "/Account/Manage/Confirm",
        "/Account/Manage/CreateApiToken",
        "/Account/Manage/Disable2fa",
        "/Account/Manage/EnableAuthenticator",
        "/Account/Manage/GenerateRecoveryCodes",
        "/Account/Manage/Index",
        "/Account/Manage/ResetAuthenticator",
        "/Account/Manage/Sessions",
        "/Account/Manage/ShowRecoveryCodes",
        "/Account/Manage/TwoFactorAuthentication",
    };

    public static void RemoveTheOthers(PageConventionCollection conventions) =>
        conventions.AddAreaFolderRouteModelConvention("Identity", "/", page =>
        {
            if (!Allowed.Contains(page.ViewEnginePath))
                page.Selectors.Clear();
        });
}
