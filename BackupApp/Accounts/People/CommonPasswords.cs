using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace BackupApp.Accounts.People;

/// <summary>
/// The passwords that everybody tries first, as a Bloom filter in the program itself: those of the most common million that have 12
/// characters or more, and the words in the most common 100,000. It knows them all, and takes one other text in 100,000 for one of them.
/// <c>scripts/common-passwords</c> makes it.
/// </summary>
internal static class CommonPasswords
{
    /// <summary>Shorter words stand in too many good passwords.</summary>
    public const int ShortestWord = 5;

    private const string Resource = "common-passwords.bloom";

    // As in the script.
    private const int Hashes = 17;

    /// <param name="text">In lower case.</param>
    public static bool Contain(string text)
    {
        using var filter = typeof(CommonPasswords).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing in the program.");
        var bits = (ulong)filter.Length * 8;
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        var position = BinaryPrimitives.ReadUInt64LittleEndian(digest) >> 1;
        var step = BinaryPrimitives.ReadUInt64LittleEndian(digest.AsSpan(sizeof(ulong))) >> 1;
        for (var i = 0; i < Hashes; i++)
        {
            var bit = position % bits;
            filter.Position = (long)(bit >> 3);
            if ((filter.ReadByte() & (1 << (int)(bit & 7))) == 0)
                return false;
            position = unchecked(position + step);
        }

        return true;
    }
}
