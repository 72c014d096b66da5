using System.Text.RegularExpressions;
using BackupApp.Accounts.People;
using BackupApp.Data;
using BackupApp.Engines;
using BackupApp.Engines.Mongo;
using BackupApp.Engines.Postgres;
using BackupApp.Policies;
using BackupApp.Tests.Support;
using BackupApp.Tools;

namespace BackupApp.Tests.Engines;

/// <summary>
/// No text that somebody sends costs more than its length is worth. Work is counted in steps:
/// calls, comparisons and bytes allocated, which do not depend on the machine; what does neither has a bound far from both.
/// </summary>
public sealed partial class HostileTextTests
{
    private const int LongestUri = 8192;

    // Each is repeated until the text has its length.
    public static TheoryData<string> Pieces =>
        [
            "@:", "@", ":", "@/", "/", "?", "?a=b@", "&", "a=&", "#", "%", "%41", "%4", "[", "]", "[]@", "[::", ",",
            ",@", "h,", ".", "a.", "-", "0.", "\\", "'", "\"", "\"\"", "*", "*/", "1,", "1-", "_", "\n", "\r\n", " ",
            "\0", "ü", "\uD800", "🔑", "xn--",
        ];

    [Theory]
    [MemberData(nameof(Pieces))]
    public void A_uri_of_any_shape_is_tried_at_few_places_only(string piece)
    {
        var calls = 0;
        var dialect = new UriDialect(_ => Count(false), _ => Count(false), (_, _) => Count<string?>(null));

        UriText.Split(Repeat($"u:p{piece}", piece, LongestUri), dialect);

        Assert.InRange(calls, 0, UriText.MostTries + 1);

        T Count<T>(T answer)
        {
            calls++;
            return answer;
        }
    }

    [Theory]
    [MemberData(nameof(Pieces))]
    public void What_is_read_of_a_text_grows_no_faster_than_the_text(string piece)
    {
        foreach (var (name, read) in Readers())
        {
            var (small, large) = (Allocated(read, Repeat("", piece, 500)), Allocated(read, Repeat("", piece, 8_000)));
            // Sixteen times the text: sixteen times the work, and half as much again for tables that double.
            Assert.True(large <= (small * 24) + 65_536, $"{name} took {small} bytes for 500 characters and {large} for 8,000.");
        }
    }

    [Theory]
    [MemberData(nameof(Pieces))]
    public void A_text_that_is_too_long_is_not_read_at_all(string piece)
    {
        foreach (var (name, read) in Readers())
        {
            var text = Repeat("", piece, 1_000_000);
            // Once trimmed, or parted into lines, each of which is refused for itself or for its number.
            Assert.True(Allocated(read, text) <= 100L * text.Length, $"{name} took {Allocated(read, text)} bytes.");
        }
    }

    [Theory]
    [InlineData(@"\")]
    [InlineData("'")]
    [InlineData(" ")]
    [InlineData("a")]
    [InlineData("%")]
    [InlineData(@"\'")]
    [InlineData("%5C")]
    public void A_secret_is_looked_for_in_time_of_text_times_secret(string piece)
    {
        foreach (var text in new[] { piece, @"\", "'", "%5C%5c", @"\\'", "a" })
        {
            var (secret, words) = (Repeat("", piece, 60), Repeat("", text, 2_000));
            var scrubber = new SecretScrubber([secret]);

            scrubber.Scrub(words);

            // At most five spellings, of at most twelve letters, of every character may be under way.
            Assert.InRange(scrubber.Steps, 0, words.Length * secret.Length * 5L * 12);
        }
    }

    [Fact]
    public async Task A_password_that_is_too_long_is_not_compared_with_itself()
    {
        // Almost a repetition, at every length: the comparison of one half with the other ends at the last characters only.
        var password = Repeat("", "a", 1_000_000) + "bcdef";

        // Milliseconds, and a minute and more for whoever compares.
        var refused = await Task.Run(() => new PasswordRules().ValidateAsync(null!, new AppUser { Email = "ann@example.com" }, password))
            .WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Contains("at most 1024 characters", Assert.Single(refused.Errors).Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_is_scrubbed_once_however_often_the_secret_may_begin_in_it()
    {
        var secret = Repeat("", @"\", 40) + "x";

        Assert.Equal("***", new SecretScrubber([secret]).Scrub(Repeat("", @"\", 100) + "x")[^3..]);
        Assert.Equal(Repeat("", @"\", 100), new SecretScrubber([secret]).Scrub(Repeat("", @"\", 100)));
    }

    [Fact]
    public void No_regular_expression_of_the_product_can_run_for_ever()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "BackupApp"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/Migrations/", StringComparison.Ordinal))
            .ToList();
        var used = sources.SelectMany(file => Uses().Matches(File.ReadAllText(file)).Select(use => (Path.GetFileName(file), use.Value)))
            .ToList();

        Assert.True(sources.Count > 200, $"{sources.Count} files are too few.");
        // Without backtracking, or with a time limit in milliseconds as the last argument.
        Assert.All(used, at => Assert.Matches(@"NonBacktracking|,\s+\d+\)\]|TimeSpan|Regex\.Escape", at.Item2));
    }

    // An attribute to its end, on however many lines; anything else to the end of its line.
    [GeneratedRegex(@"GeneratedRegex\((?s:.*?)\)\]|(new Regex\(|\bRegex\.).*", RegexOptions.None, 1000)]
    private static partial Regex Uses();

    private static IEnumerable<(string Name, Action<string> Read)> Readers() =>
    [
        ("PostgreSQL URI", text => PostgresUri.Parse($"postgres://u:p{text}")),
        ("MongoDB URI", text => MongoUri.Parse($"mongodb://u:p{text}")),
        ("MongoDB parameters", text => MongoUri.ParseParameters(text, [])),
        ("host", text => HostRules.Normalize(text, out _)),
        ("servers", text => MongoServers.Read(text, srv: false, out _)),
        ("cron", text => CronSchedule.Read(text, "Europe/Prague", out _)),
        ("zone", text => CronSchedule.Read("0 2 * * *", text, out _)),
        ("cursor", text => KeysetCursor.Parse(text)),
        (
            "selection",
            text =>
                new PostgresForm().ReadSelection(
                    new() { IncludeTables = text, ExcludeDatabases = text, ExcludeSchemas = text },
                    [])),
        ("collections", text => new MongoForm().ReadSelection(new() { ExcludeCollections = text }, [])),
        ("stderr", text =>
        {
            var tail = new StderrTail(["secret"]);
            tail.Append(System.Text.Encoding.UTF8.GetBytes(text));
            tail.Complete();
        }),
    ];

    private static long Allocated(Action<string> read, string text)
    {
        read(text); // What is made once does not count.
        var before = GC.GetAllocatedBytesForCurrentThread();
        read(text);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Repeat(string start, string piece, int length) =>
        start + string.Concat(Enumerable.Repeat(piece, ((length - start.Length) / piece.Length) + 1))[..(length - start.Length)];
}
