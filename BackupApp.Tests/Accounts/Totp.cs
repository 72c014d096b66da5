using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace BackupApp.Tests.Accounts;

/// <summary>What an authenticator app does (RFC 6238: HMAC-SHA-1, 30 seconds, 6 digits), written apart from the code under test.</summary>
internal static class Totp
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The code that the app shows at that time.</summary>
    public static string Code(string key, DateTimeOffset at) => Code(key, Step(at));

    public static long Step(DateTimeOffset at) => at.ToUnixTimeSeconds() / 30;

    /// <summary>Six digits that are right neither now nor in the minutes around.</summary>
    public static string WrongCode(string key, DateTimeOffset at)
    {
        var now = Step(at);
        var right = Enumerable.Range(-10, 21).Select(i => Code(key, now + i)).ToHashSet();
        return Enumerable.Range(0, 100).Select(i => $"{i:D6}").First(c => !right.Contains(c));
    }

    [SuppressMessage(
        "Security",
        "CA5350:Do Not Use Weak Cryptographic Algorithms",
        Justification = "The one algorithm that every authenticator app knows.")]
    private static string Code(string key, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        var hash = HMACSHA1.HashData(Decode(key), counter);
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & 0x7fffffff;
        return $"{number % 1_000_000:D6}";
    }

    private static byte[] Decode(string text)
    {
        var bytes = new byte[text.Length * 5 / 8];
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            if ((Base32.IndexOf(text[bit / 5], StringComparison.Ordinal) >> (4 - (bit % 5)) & 1) == 1)
                bytes[bit / 8] |= (byte)(128 >> (bit % 8));
        }

        return bytes;
    }
}
