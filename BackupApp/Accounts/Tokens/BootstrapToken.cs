using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace BackupApp.Accounts.Tokens;

/// <summary>
/// The administrator's API token of the configuration, for automation that has nobody to press a button. Only its hash is kept here.
/// </summary>
public sealed class BootstrapToken(IOptions<BootstrapOptions> options)
{
    /// <summary>In the audit log.</summary>
    public const string Name = "bootstrap token";

    private readonly byte[]? _hash = options.Value.ApiToken is { Length: > 0 } token ? Hash(token) : null;

    public bool IsSet => _hash is not null;

    public bool Matches(string text) => _hash is not null && CryptographicOperations.FixedTimeEquals(_hash, Hash(text));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
