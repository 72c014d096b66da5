using System.Text;

namespace BackupApp.Engines.Postgres.Archives;

/// <summary>The encoding of an archive's texts, which is the database's own.</summary>
internal static class ArchiveEncoding
{
    /// <summary>The kind of the entry that says it.</summary>
    public const string Entry = "ENCODING";

    public static Encoding Utf8 => Encoding.UTF8;

    // PostgreSQL's names where they are not .NET's; all others are read as UTF-8.
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["LATIN1"] = "iso-8859-1",
        ["LATIN2"] = "iso-8859-2",
        ["LATIN3"] = "iso-8859-3",
        ["LATIN4"] = "iso-8859-4",
        ["LATIN5"] = "iso-8859-9",
        ["LATIN9"] = "iso-8859-15",
        ["ISO_8859_5"] = "iso-8859-5",
        ["ISO_8859_6"] = "iso-8859-6",
        ["ISO_8859_7"] = "iso-8859-7",
        ["ISO_8859_8"] = "iso-8859-8",
        ["WIN866"] = "cp866",
        ["WIN874"] = "windows-874",
        ["WIN1250"] = "windows-1250",
        ["WIN1251"] = "windows-1251",
        ["WIN1252"] = "windows-1252",
        ["WIN1253"] = "windows-1253",
        ["WIN1254"] = "windows-1254",
        ["WIN1255"] = "windows-1255",
        ["WIN1256"] = "windows-1256",
        ["WIN1257"] = "windows-1257",
        ["WIN1258"] = "windows-1258",
        ["KOI8R"] = "koi8-r",
        ["KOI8U"] = "koi8-u",
        ["EUC_JP"] = "euc-jp",
        ["EUC_KR"] = "euc-kr",
        ["EUC_CN"] = "gb2312",
        ["SJIS"] = "shift_jis",
        ["BIG5"] = "big5",
        ["GBK"] = "gbk",
        ["GB18030"] = "gb18030",
    };

    /// <param name="definition">As <c>SET client_encoding = 'LATIN1';</c>.</param>
    public static Encoding Of(string? definition)
    {
        var name = definition?.Split('\'') is [_, var quoted, ..] ? quoted : "";
        return Names.TryGetValue(name, out var known)
            ? CodePagesEncodingProvider.Instance.GetEncoding(known) ?? Encoding.GetEncoding(known)
            : Utf8;
    }
}
