using System.Text.RegularExpressions;

namespace BackupApp.Tests.Hosting;

/// <summary>README's table of ASVS chapters says which tests cover them: they must exist.</summary>
public sealed partial class SecurityTableTests
{
    private const int Chapters = 17;

    [Fact]
    public void Every_chapter_is_there_and_every_test_that_it_names_exists()
    {
        var root = Root();
        var rows = File.ReadLines(Path.Combine(root, "README.md")).Where(line => Chapter().IsMatch(line)).ToList();
        Assert.Equal(Enumerable.Range(1, Chapters).Select(n => $"V{n}"), rows.Select(row => Chapter().Match(row).Groups[1].Value));

        string[] projects = ["BackupApp.Tests", "BackupApp.E2E"];
        var files = projects.SelectMany(project =>
            Directory.GetFiles(Path.Combine(root, project), "*Tests.cs", SearchOption.AllDirectories));
        var tests = files.Select(Path.GetFileNameWithoutExtension).ToHashSet();
        Assert.All(rows.SelectMany(row => Test().Matches(row)), named => Assert.Contains(named.Groups[1].Value, tests));
        Assert.All(rows, row => Assert.True(Test().IsMatch(row) || row.Contains("Not applicable", StringComparison.Ordinal), row));
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "BackupApp.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside of the repository.");
        return folder;
    }

    [GeneratedRegex(@"^\| (V\d+) ", RegexOptions.NonBacktracking)]
    private static partial Regex Chapter();

    [GeneratedRegex("`([A-Za-z0-9]+Tests)`", RegexOptions.NonBacktracking)]
    private static partial Regex Test();
}
