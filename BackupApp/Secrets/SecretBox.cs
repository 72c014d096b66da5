using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Secrets;

/// <summary>
/// Encrypts what must not be readable in a copy of the database. A ciphertext names its data key (4
/// bytes) and is bound to a context such as <c>data_source/{id}</c>, so that it opens nowhere else.
/// </summary>
public sealed class SecretBox
{
    private readonly Dictionary<int, byte[]> _keys = [];
    private int _newest;

    public byte[] Protect(ReadOnlySpan<byte> plain, string context)
    {
        var cipher = AuthenticatedCipher.Encrypt(_keys[_newest], plain, Encoding.UTF8.GetBytes(context));
        var result = new byte[4 + cipher.Length];
        BinaryPrimitives.WriteInt32BigEndian(result, _newest);
        cipher.CopyTo(result, 4);
        return result;
    }

    /// <exception cref="CryptographicException">The bytes were changed, belong to another row, or their key is gone.</exception>
    public byte[] Unprotect(ReadOnlySpan<byte> cipher, string context)
    {
        if (cipher.Length < 4 || !_keys.TryGetValue(BinaryPrimitives.ReadInt32BigEndian(cipher), out var key))
            throw new CryptographicException("The key of this secret is not in the key ring.");
        return AuthenticatedCipher.Decrypt(key, cipher[4..], Encoding.UTF8.GetBytes(context));
    }

    public byte[] ProtectJson<T>(T value, string context) => Protect(JsonSerializer.SerializeToUtf8Bytes(value), context);

    /// <inheritdoc cref="Unprotect"/>
    public T UnprotectJson<T>(ReadOnlySpan<byte> cipher, string context) =>
        JsonSerializer.Deserialize<T>(Unprotect(cipher, context)) ?? throw new CryptographicException("The secret is empty.");

    /// <summary>Opens the key ring, or makes its first key in an empty database. Call once at start, under the start-up lock.</summary>
    /// <exception cref="MasterKeyException">The master key is not the one that closed the ring.</exception>
    public async Task OpenAsync(AppDbContext db, MasterKey master, TimeProvider time, CancellationToken cancellationToken)
    {
        var ring = await db.Set<EncryptionKey>().AsNoTracking().OrderBy(k => k.Id).ToListAsync(cancellationToken);
        if (ring.Count > 0 && master.IsNew)
            throw Missing(master);

        if (ring.Count == 0)
        {
            master.Keep();
            var first = EncryptionKey.Create(
                1,
                AuthenticatedCipher.Encrypt(master.Bytes, RandomNumberGenerator.GetBytes(MasterKey.Length), Context(1)),
                time.GetUtcNow());
            db.Add(first);
            await db.SaveChangesAsync(cancellationToken);
            ring.Add(first);
        }

        foreach (var key in ring)
            _keys[key.Id] = Unwrap(key, master);
        _newest = ring[^1].Id;
    }

    /// <summary>Whether the ring in the database opens with this master key. Nothing is changed.</summary>
    /// <exception cref="MasterKeyException">It does not, or it is gone.</exception>
    public static async Task CheckAsync(AppDbContext db, MasterKey master, CancellationToken cancellationToken)
    {
        var ring = await db.Set<EncryptionKey>().AsNoTracking().ToListAsync(cancellationToken);
        if (ring.Count == 0)
            throw new MasterKeyException("The key ring is gone from the database. Put it back from a copy of the database.");
        if (master.IsNew)
            throw Missing(master);
        foreach (var key in ring)
            Unwrap(key, master);
    }

    private static MasterKeyException Missing(MasterKey master) => new(
        $"{master.Origin} is missing, but the database was encrypted with it. "
        + "Put it back from a copy, or set BackupApp__MasterKey to the key that was in it; nothing was changed.");

    private static byte[] Unwrap(EncryptionKey key, MasterKey master)
    {
        try
        {
            return AuthenticatedCipher.Decrypt(master.Bytes, key.Wrapped, Context(key.Id));
        }
        catch (CryptographicException e)
        {
            throw new MasterKeyException(
                $"The {master} does not open this database's key ring. "
                + "Start with the key that was in use when the database was made; nothing was changed.",
                e);
        }
    }

    private static byte[] Context(int keyId) => Encoding.UTF8.GetBytes($"encryption_keys/{keyId}");
}
