using System.Text;

namespace BackupApp.Tools;

/// <summary>How tools may spell one character of a secret.</summary>
internal static class SecretSpellings
{
    public static string[] Of(Rune rune)
    {
        var text = rune.ToString();
        var encoded = string.Concat(Encoding.UTF8.GetBytes(text).Select(b => $"%{b:X2}"));
        return text switch
        {
            @"\" => [@"\", @"\\", encoded],
            "'" => ["'", "''", @"\'", @"\''", encoded],
            " " => [" ", @"\ ", "+", encoded],
            _ => [text, @"\" + text, encoded],
        };
    }
}
