using System.Security.Cryptography;
using System.Text;

namespace BackupApp.Accounts.Tokens;

/// <summary>
/// How a token is written: <c>bka_</c>, 12 letters and digits by which it is looked up, <c>_</c>, 43 that are the secret. One word, so
/// that a double click takes all of it, and one pattern, so that secret scanners find it: <c>bka_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}</c>.
/// </summary>
internal readonly record struct ApiTokenText(string PublicId, string Secret)
{
    public const string Prefix = "bka_";
    public const int PublicLength = 12;

    // 62^43 is a little more than 2^256.
    private const int SecretLength = 43;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static ApiTokenText New() =>
        new(RandomNumberGenerator.GetString(Alphabet, PublicLength), RandomNumberGenerator.GetString(Alphabet, SecretLength));

    /// <returns>Null when it is not written like a token.</returns>
    public static ApiTokenText? Parse(string text)
    {
        if (text.Length != Prefix.Length + PublicLength + 1 + SecretLength || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var parts = text[Prefix.Length..].Split('_');
        return parts is [{ Length: PublicLength } id, { Length: SecretLength } secret]
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? new ApiTokenText(id, secret)
            : null;
    }

    /// <summary>256 random bits need no slow hash.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes(Secret));

    /// <summary>What may be shown of a token: <c>bka_x7Kq…</c>.</summary>
    public static string Shown(string publicId) => $"{Prefix}{publicId}…";

    public override string ToString() => $"{Prefix}{PublicId}_{Secret}";
}
