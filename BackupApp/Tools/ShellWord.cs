using BackupApp.Backups;

namespace BackupApp.Tools;

/// <summary>Words of a command line that people paste into a shell.</summary>
internal static class ShellWord
{
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "_-./:".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>The command that writes out what a stored file holds, compressed or not as its name says.</summary>
    public static string Read(string fileName) => ObjectNames.IsCompressed(fileName) ? $"gunzip -c -- {Quote(fileName)}" : $"cat -- {Quote(fileName)}";
}
