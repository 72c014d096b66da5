using System.Security.Cryptography;

namespace BackupApp.Secrets;

/// <summary>
/// AES-256-GCM with a random 96-bit nonce: <c>nonce | tag | ciphertext</c>. The context is authenticated but not stored, so a ciphertext
/// moved to another row does not decrypt.
/// </summary>
internal static class AuthenticatedCipher
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    public const int Overhead = NonceLength + TagLength;

    public static byte[] Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> context)
    {
        var sealedBytes = new byte[Overhead + plain.Length];
        var nonce = sealedBytes.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(Overhead), sealedBytes.AsSpan(NonceLength, TagLength), context);
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">Wrong key, wrong context or changed bytes.</exception>
    public static byte[] Decrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> context)
    {
        if (sealedBytes.Length < Overhead)
            throw new CryptographicException("The ciphertext is too short.");
        var plain = new byte[sealedBytes.Length - Overhead];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(sealedBytes[..NonceLength], sealedBytes[Overhead..], sealedBytes.Slice(NonceLength, TagLength), plain, context);
        return plain;
    }
}
