using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using BackupApp.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Accounts.People;

/// <summary>
/// Codes of authenticator apps (RFC 6238: HMAC-SHA-1, 30 seconds, 6 digits). In place of Identity's, which takes a code twice and those of
/// two minutes to either side: here the step of a used code is remembered, and only the neighbouring steps count beside the present one.
/// </summary>
public sealed class AuthenticatorCodes(AppDbContext db, TimeProvider time) : AuthenticatorTokenProvider<AppUser>
{
    /// <summary>For clocks that differ, and for a code that was typed slowly.</summary>
    private const int StepsAround = 1;

    private const int Digits = 6;
    private const int SecondsInStep = 30;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public override async Task<bool> ValidateAsync(string purpose, string token, UserManager<AppUser> manager, AppUser user)
    {
        if (token.Length != Digits || !int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            return false;
        if (await manager.GetAuthenticatorKeyAsync(user) is not { Length: > 0 } key)
            return false;
        var bytes = Decode(key);
        var now = time.GetUtcNow().ToUnixTimeSeconds() / SecondsInStep;
        for (var step = now - StepsAround; step <= now + StepsAround; step++)
        {
            if (CodeOf(bytes, step) == code && await UseAsync(user, step))
                return true;
        }

        return false;
    }

    // One statement decides: of two who send the same code at once, one gets in.
    private async Task<bool> UseAsync(AppUser user, long step) => await db.Database.ExecuteSqlAsync(
        $"""
        insert into authenticator_steps (user_id, last_step) values ({user.Id}, {step})
        on conflict (user_id) do update set last_step = excluded.last_step where authenticator_steps.last_step < excluded.last_step
        """) == 1;

    [SuppressMessage(
        "Security",
        "CA5350:Do Not Use Weak Cryptographic Algorithms",
        Justification = "The one algorithm that every authenticator app knows.")]
    private static int CodeOf(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(key, counter, hash);
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 15)..]) & int.MaxValue;
        return number % 1_000_000;
    }

    private static byte[] Decode(string key)
    {
        var bytes = new byte[key.Length * 5 / 8];
        var bits = 0;
        var pending = 0;
        var at = 0;
        foreach (var letter in key)
        {
            bits = (bits << 5) | Base32.IndexOf(letter, StringComparison.Ordinal);
            pending += 5;
            if (pending < 8)
                continue;
            pending -= 8;
            bytes[at++] = (byte)(bits >> pending);
            bits &= (1 << pending) - 1;
        }

        return bytes;
    }
}
