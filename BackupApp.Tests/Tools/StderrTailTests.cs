using System.Globalization;
using System.Net;
using System.Text;
using BackupApp.Tools;

namespace BackupApp.Tests.Tools;

public sealed class StderrTailTests
{
    private const string Secret = "p:@/% '\"\\é+x";

    public static TheoryData<string> Spellings =>
    [
        Secret,
        Uri.EscapeDataString(Secret),
        WebUtility.UrlEncode(Secret),
        WebUtility.UrlEncode(Secret).ToLowerInvariant(),
        Secret.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal),
        Secret.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal),
        Secret.Replace("'", "''", StringComparison.Ordinal),
        "p:%40%2f% '\"%5C%c3%A9%2Bx",
    ];

    [Theory]
    [MemberData(nameof(Spellings))]
    public void A_secret_is_found_in_every_spelling(string spelling) =>
        Assert.Equal("before *** after", Said($"before {spelling} after\n", Secret));

    [Fact]
    public void A_secret_of_several_lines_is_found_line_by_line() =>
        Assert.Equal("***\nkey ***", Said("-----BEGIN\nkey MIIE\n", "-----BEGIN\r\nMIIE\n"));

    [Fact]
    public void The_longer_of_two_secrets_goes_first() => Assert.Equal("***", Said("abcdef\n", "abc", "abcdef"));

    [Fact]
    public void Without_secrets_and_with_empty_ones_nothing_changes() => Assert.Equal("as it was", Said("as it was\n", ""));

    [Fact]
    public void Progress_bars_do_not_push_out_what_the_tool_has_to_say() => Assert.Equal(
        "writing shop.orders",
        Said("writing shop.orders\n2026-11-23T02:15:03.000+0000\t[##########..............]  shop.orders  51/120  (42.5%)\n"));

    [Fact]
    public void Lines_may_arrive_in_pieces_even_within_a_letter()
    {
        var tail = new StderrTail([Secret]);
        foreach (var piece in Encoding.UTF8.GetBytes($"größe {Secret}\r\nlast"))
            tail.Append([piece]);
        tail.Complete();

        Assert.Equal("größe ***\nlast", tail.ToString());
    }

    [Fact]
    public void Only_the_last_lines_are_kept_in_a_bounded_number_of_characters()
    {
        var many = new StderrTail([]);
        many.Append(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(i => $"line {i}\n"))));
        Assert.Equal(Enumerable.Range(800, 200).Select(i => string.Create(CultureInfo.InvariantCulture, $"line {i}")), many.Lines);

        var wide = new StderrTail([]);
        wide.Append(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 199).Select(_ => new string('x', 1500) + "\n"))));
        Assert.InRange(wide.ToString().Length, 60_000, 64 * 1024);
    }

    [Fact]
    public void A_line_without_end_is_cut_and_no_half_of_a_secret_remains()
    {
        var line = string.Concat(Enumerable.Repeat("topsecret", 100_000));
        var said = Said(line, "topsecret");

        Assert.Equal("", said.Trim('*'));
        Assert.InRange(said.Length, 1, 2_000);
    }

    [Fact]
    public void Control_characters_and_empty_lines_are_left_out() => Assert.Equal("a[31mb\nc", Said("a\u001b[31mb\0\n\n  \nc\n"));

    private static string Said(string text, params string[] secrets)
    {
        var tail = new StderrTail(secrets);
        tail.Append(Encoding.UTF8.GetBytes(text));
        tail.Complete();
        return tail.ToString();
    }
}
