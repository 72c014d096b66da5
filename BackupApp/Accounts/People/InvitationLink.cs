namespace BackupApp.Accounts.People;

/// <summary>The address that an administrator hands over.</summary>
public static class InvitationLink
{
    /// <summary>At the configured public address, else at the one that the administrator uses.</summary>
    public static string For(HttpContext context, string token)
    {
        var configured = context.RequestServices.GetRequiredService<IConfiguration>()["BackupApp:PublicUrl"];
        var address = string.IsNullOrEmpty(configured) ? $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}" : configured.TrimEnd('/');
        return $"{address}/Welcome?token={token}";
    }
}
