using System.Text.RegularExpressions;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.House;

/// <summary>
/// Each script has its hashed name from the page that asks for it. A script that imported another would ask for it by a name without a
/// hash, which browsers do not keep, or worse: keep too long.
/// </summary>
public sealed partial class ScriptsTests
{
    private static readonly string Web = Path.Combine(Repository.Root, "BackupApp", "wwwroot");

    [Fact]
    public void No_script_imports_another() => AssertNone(Path.Combine(Web, "js"), "*.js", Import());

    [Fact]
    public void No_style_asks_for_a_file() => AssertNone(Path.Combine(Web, "css"), "*.css", Asks());

    [Fact]
    public void Every_page_names_its_scripts_and_styles_with_their_hash()
    {
        var pages = Directory.EnumerateFiles(Path.Combine(Repository.Root, "BackupApp"), "*.cshtml", SearchOption.AllDirectories);
        var plain = pages.SelectMany(page => Named().Matches(File.ReadAllText(page))
            .Where(tag => !tag.Value.Contains("asp-append-version", StringComparison.Ordinal))
            .Select(tag => $"{Path.GetFileName(page)}: {tag.Value}"));

        Assert.Empty(plain);
    }

    private static void AssertNone(string folder, string pattern, Regex what)
    {
        var files = Directory.GetFiles(folder, pattern);
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.DoesNotMatch(what, File.ReadAllText(file)));
    }

    [GeneratedRegex(@"^\s*import\b|\bimport\(|^\s*export\b.*\bfrom\b", RegexOptions.Multiline)]
    private static partial Regex Import();

    [GeneratedRegex(@"@import|url\((?!['""]?data:)")]
    private static partial Regex Asks();

    [GeneratedRegex(@"<(?:script|link|img)[^>]*(?:src|href)=""~/(?:js|css|lib|favicon)[^>]*>")]
    private static partial Regex Named();
}
