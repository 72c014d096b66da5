using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Secrets;

namespace BackupApp.DataSources;

/// <summary>
/// The second login, for restores only: the same server reached in the same way, by somebody who may write there. Its password is
/// encrypted by itself, and bound to this row like the first.
/// </summary>
public sealed partial class DataSource
{
    /// <summary>Null where the source's own login restores.</summary>
    public string? RestoreUsername { get; private set; }

    public byte[]? RestoreCipher { get; private set; }

    /// <summary>Whether it could be restored, as of the last look; null before the first.</summary>
    public ReadinessRecord? RestoreReadiness { get; private set; }

    public bool HasRestoreLogin => RestoreCipher is not null;

    public void SetRestoreLogin(string username, string password, SecretBox box, DateTimeOffset now)
    {
        RestoreUsername = username;
        RestoreCipher = box.ProtectJson(new ConnectionSecrets(password), RestoreContext);
        CredentialsSetAt = now;
        UpdatedAt = now;
    }

    public void RemoveRestoreLogin(DateTimeOffset now)
    {
        (RestoreUsername, RestoreCipher) = (null, null);
        CredentialsSetAt = now;
        UpdatedAt = now;
    }

    /// <summary>The restore login where there is one, else the source's own, decrypted. Call only in a worker or a test.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The secrets do not decrypt.</exception>
    /// <exception cref="ConnectException">There are none.</exception>
    public DatabaseConnection DecryptForRestores(SecretBox box)
    {
        var own = Decrypt(box);
        if (RestoreCipher is null)
            return own;
        var password = box.UnprotectJson<ConnectionSecrets>(RestoreCipher, RestoreContext).Password;
        return own with { Username = RestoreUsername!, Secrets = own.Secrets with { Password = password } };
    }

    /// <summary>Where <see cref="DecryptForRestores"/> leads, without the secrets.</summary>
    public DatabaseConnection ToPublicRestoreConnection() =>
        ToPublicConnection() is var own && HasRestoreLogin ? own with { Username = RestoreUsername! } : own;

    public void RecordReadiness(RestoreReadiness found, DateTimeOffset now) =>
        RestoreReadiness = ReadinessRecord.From(found, HasRestoreLogin, RestoreReadiness, now);

    private string RestoreContext => $"{SecretContext}/restore_login";
}
