namespace BackupApp.Tests.Engines;

/// <summary>Names that mean something to a shell, a tool, a path, a header, a page, a query or a terminal: two hundred of them.</summary>
public static class HostileNames
{
    private static readonly string[] Pieces =
    [
        "'",
        "\"",
        "\\",
        "`id`",
        "$(id)",
        "${HOME}",
        ";id",
        "|id",
        "&id",
        ">x",
        "\n",
        "\r\n",
        "\t",
        "\0",
        "\u0003",
        "\u001b[31m",
        "\u007f",
        "\u0085",
        "\u2028",
        "\u202e",
        "\ufeff",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "~",
        "-rf",
        "--help",
        "*",
        "?",
        "[a]",
        "!x",
        "#",
        "%00",
        "%2e%2e%2f",
        "%s%n",
        "<script>alert(1)</script>",
        "&amp;",
        "]]>",
        "' or 1=1 --",
        "host=evil",
        "dbname=x host=evil",
        "postgresql://evil/",
        "sslmode=disable",
        "{{7*7}}",
        "\r\nSet-Cookie: a=b",
        "ü",
        "日本語",
        "🔑",
        "\uD800",
        " ",
    ];

    /// <summary>Each piece alone, in front, behind and within a plain name.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Pieces.SelectMany(p => new[] { p, $"{p}a", $"a{p}", $"a{p}b" }).Distinct()];
}
