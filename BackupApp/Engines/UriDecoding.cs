using System.Buffers;
using System.Globalization;
using System.Text;

namespace BackupApp.Engines;

/// <summary>Percent-decoding of the pieces of a connection URI.</summary>
internal static class UriDecoding
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes one piece and notes what is wrong with it under <paramref name="field"/>.</summary>
    public static string Decode(string raw, string field, Dictionary<string, string> problems)
    {
        var decoded = Decode(raw, out var problem);
        if (problem is not null)
            problems.TryAdd(field, problem);
        return decoded;
    }

    /// <summary>Percent-decodes UTF-8. A plus sign stays one, as in libpq.</summary>
    public static string Decode(string raw, out string? problem)
    {
        problem = null;
        var bytes = new ArrayBufferWriter<byte>(raw.Length + 1);
        for (var i = 0; i < raw.Length;)
        {
            var next = raw.IndexOf('%', i) is var percent and >= 0 ? percent : raw.Length;
            Encoding.UTF8.GetBytes(raw.AsSpan(i, next - i), bytes);
            if (next == raw.Length)
                break;
            if (raw.Length < next + 3
                || !byte.TryParse(raw.AsSpan(next + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                return Fail("Has a % that is not followed by two hexadecimal digits: write the % itself as %25.", out problem);
            if (value == 0)
                return Fail("Must not contain the character %00.", out problem);
            bytes.Write([value]);
            i = next + 3;
        }

        try
        {
            var text = StrictUtf8.GetString(bytes.WrittenSpan);
            return text.Contains('\0', StringComparison.Ordinal) ? Fail("Must not contain the character NUL.", out problem) : text;
        }
        catch (DecoderFallbackException)
        {
            return Fail(
                "The percent-encoded bytes are not UTF-8: encode each character's UTF-8 bytes, and a % itself as %25.",
                out problem);
        }
    }

    private static string Fail(string message, out string? problem)
    {
        problem = message;
        return "";
    }
}
