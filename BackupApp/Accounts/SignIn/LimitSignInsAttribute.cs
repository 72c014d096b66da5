namespace BackupApp.Accounts.SignIn;

/// <summary>
/// On pages whose forms take passwords, codes or set-up links: their posts count against <see cref="AccountsOptions.SignInsPerMinute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class LimitSignInsAttribute : Attribute;
