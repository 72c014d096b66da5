namespace BackupApp.Tests.Api;

/// <summary>What fuzzed requests are made of: words that have broken programs, and those with which a request is right.</summary>
internal static class FuzzWords
{
    public static readonly string[] NoObjects =
    [
        "", "null", "[]", "\"x\"", "1", "{", "{}}", "\ufeff{}", "{\"a\":NaN}", "{'a':1}", "{\"a\":1,}", "// c\n{}",
    ];

    public static readonly string[] Texts =
    [
        "shop",
        "",
        " ",
        "ünïcödé",
        "日本語",
        "a\0b",
        "\0",
        "' or 1=1 --",
        "%_\\",
        "../../etc/passwd",
        "<script>",
        "line\r\nbreak",
        "\u202e",
        "😀",
        new('x', 101),
        new('y', 70_000),
        "null",
        "-1",
        "{}",
        "1e400", "00000000-0000-0000-0000-000000000000",
    ];

    public static readonly string[] Numbers =
    [
        "0", "-1", "1", "7", "201", "2147483647", "2147483648", "-2147483649", "9223372036854775808", "1e5", "1.5",
        "1e400", "00",
    ];

    public static readonly string[] QueryTexts =
    [
        "",
        "x",
        "%00",
        "%FF",
        "%E2%82",
        "a+b",
        "%25",
        "1",
        "-1",
        "999999999999",
        "true",
        "*",
        "%F0%9F%98%80",
        "2026-01-01T00:00:00Z",
        "9999-12-31T23:59:59%2B14:00",
        "0_00000000000000000000000000000000", "3155378975999999999_00000000000000000000000000000000", "99999999999999999999_0"];

    public static readonly string[] Ids =
    [
        "x", "%00", "%2F", "..%2f..", "0", "-1", "00000000-0000-0000-0000-000000000000",
        "%7B00000000-0000-0000-0000-000000000000%7D", "%F0%9F%98%80", "%FF%FE", "a%0d%0ab",
    ];

    // Closed or not allowed, and nothing that would have to be looked up.
    public static readonly string[] Hosts =
    [
        "127.0.0.1", "::1", "::", "0.0.0.0", "169.254.169.254", "2002:a9fe:a9fe::", "a,b", "/var/run/postgresql",
        "127.0.0.1:1", "a b", "-", "", "[::1]",
    ];

    public static readonly Dictionary<string, string> Right = new()
    {
        ["scheduleCron"] = "15 2 * * *",
        ["timezone"] = "UTC",
        ["method"] = "logical_dump",
        ["compression"] = "gzip",
        ["encryption"] = "none",
        ["engine"] = "postgres",
        ["mode"] = "connection_uri",
        ["uri"] = "postgresql://u:p@127.0.0.1:1/db",
        ["scope"] = "database",
        ["role"] = "viewer",
    };
}
