namespace BackupApp.Engines.Postgres;

/// <summary>Names in a sentence: the first, and that there are more.</summary>
internal static class NameList
{
    public const int Most = 5;

    public static string Of(IReadOnlyList<string> names) => string.Join(", ", names.Take(Most)) + (names.Count > Most ? ", …" : "");
}
