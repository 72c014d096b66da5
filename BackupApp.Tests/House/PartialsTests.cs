using System.Text.RegularExpressions;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.House;

/// <summary>What a page includes by its name is looked for only when somebody opens the page.</summary>
public sealed partial class PartialsTests
{
    private static readonly string Program = Path.Combine(Repository.Root, "BackupApp");

    [Fact]
    public void Every_partial_that_a_page_names_by_its_path_is_there()
    {
        var named = (
            from folder in new[] { "Pages", "Areas" }
            from page in Directory.EnumerateFiles(Path.Combine(Program, folder), "*.cshtml", SearchOption.AllDirectories)
            from Match partial in Partial().Matches(File.ReadAllText(page))
            select (Page: Path.GetRelativePath(Program, page), Path: partial.Groups["path"].Value)).ToList();

        Assert.NotEmpty(named);
        Assert.Empty(named.Where(n => !File.Exists(Path.Combine(Program, n.Path))).Select(n => $"{n.Page} names /{n.Path}"));
    }

    [GeneratedRegex("""<partial name="/(?<path>[^"@]+)""")]
    private static partial Regex Partial();
}
