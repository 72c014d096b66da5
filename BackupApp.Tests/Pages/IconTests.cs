using System.Reflection;
using System.Text.RegularExpressions;
using BackupApp.Pages.Ui;

namespace BackupApp.Tests.Pages;

public sealed partial class IconTests
{
    private static readonly string Project = FindProject();

    [Fact]
    public void Every_icon_that_a_page_names_is_in_the_sprite()
    {
        var sprite = File.ReadAllText(Path.Combine(Project, "wwwroot", "lib", "tabler", "icons.svg"));
        var named = Directory.EnumerateFiles(Path.Combine(Project, "Pages"), "*.cshtml", SearchOption.AllDirectories)
            .SelectMany(file => NamedIcon().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["name"].Value)
            .Concat(Navigation.Items.Select(item => item.Icon))
            .Distinct()
            .ToArray();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains($"<symbol id=\"{name}\"", sprite, StringComparison.Ordinal));
    }

    // <icon name="x">, icon="x" and confirm-icon="x"; names made by code (@...) are the code's business.
    [GeneratedRegex("""(<icon name|\b(confirm-)?icon)="(?<name>[a-z0-9-]+)["]""", RegexOptions.ExplicitCapture)]
    private static partial Regex NamedIcon();

    private static string FindProject()
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "BackupApp.sln")))
            folder = folder.Parent;
        Assert.NotNull(folder);
        return Path.Combine(folder.FullName, "BackupApp");
    }
}
