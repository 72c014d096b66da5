using BackupApp.Tests.Support;

namespace BackupApp.Tests.House;

/// <summary>One thought per line, one subject per file: neither can be counted, but what is too wide or too long is neither.</summary>
public sealed class LinesTests
{
    private const int Widest = 140;
    private const int Longest = 250;

    private static readonly string[] Projects = ["BackupApp", "BackupApp.Tests", "BackupApp.E2E"];
    private static readonly string[] Written = [".cs", ".cshtml", ".js", ".css", ".sh"];

    // What tools have written or fetched.
    private static readonly string[] Others = ["bin", "obj", "Migrations", "lib", "node_modules"];

    [Fact]
    public void No_line_is_wider_than_140_characters()
    {
        var wide = Sources()
            .SelectMany(source => source.Lines.Index().Select(line => (source.Name, Number: line.Index + 1, Width: line.Item.Length)))
            .Where(line => line.Width > Widest)
            .Select(line => $"{line.Name}:{line.Number} has {line.Width}");

        AssertNone(wide, $"At most {Widest} characters, please: break the line where the next thought begins.");
    }

    [Fact]
    public void No_file_of_the_program_is_longer_than_250_lines()
    {
        var oversized = Sources()
            .Where(source => source.Name.EndsWith(".cs", StringComparison.Ordinal) && source.Lines.Length > Longest)
            .Select(source => $"{source.Name} has {source.Lines.Length}");

        AssertNone(oversized, $"At most {Longest} lines, please: split the file by what it speaks of.");
    }

    private static void AssertNone(IEnumerable<string> found, string wish)
    {
        var lines = found.ToList();
        Assert.True(lines.Count == 0, $"{wish}\n{string.Join('\n', lines)}");
    }

    private static IEnumerable<(string Name, string[] Lines)> Sources() =>
        from project in Projects
        from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, project), "*", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Repository.Root, path)
        where Written.Contains(Path.GetExtension(name)) && !name.Split(Path.DirectorySeparatorChar).Any(Others.Contains)
        select (name, File.ReadAllLines(path));
}
