namespace BackupApp.Data;

/// <summary>Text that is looked for as it is, whatever LIKE means by its characters.</summary>
internal static class LikePattern
{
    public const string EscapeCharacter = @"\";

    public static string Containing(string text) =>
        "%"
        + text.Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal)
        + "%";
}
