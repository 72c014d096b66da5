using System.Text;
using QRCoder;

namespace BackupApp.Accounts.People;

/// <summary>How an authenticator key (base32) is handed to a person.</summary>
internal static class AuthenticatorKey
{
    private const int PixelsPerModule = 4;

    /// <summary>
    /// The key as an SVG <c>data:</c> address of an <c>otpauth://totp</c> URI: 6 digits, 30 seconds, SHA-1, which every app knows.
    /// </summary>
    public static string ToQrCode(string issuer, string account, string key)
    {
        using var data = QRCodeGenerator.GenerateQrCode(ToUri(issuer, account, key), QRCodeGenerator.ECCLevel.M);
        using var code = new SvgQRCode(data);
        return "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(code.GetGraphic(PixelsPerModule)));
    }

    public static string ToUri(string issuer, string account, string key)
    {
        var label = Uri.EscapeDataString(issuer);
        return $"otpauth://totp/{label}:{Uri.EscapeDataString(account)}?secret={key}&issuer={label}&digits=6";
    }

    public static string Grouped(string key) => string.Join(' ', key.Chunk(4).Select(c => new string(c))).ToLowerInvariant();
}
