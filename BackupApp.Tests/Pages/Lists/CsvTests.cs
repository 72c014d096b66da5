using BackupApp.Pages.Ui.Lists;

namespace BackupApp.Tests.Pages.Lists;

public sealed class CsvTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("Shop", "\"Shop\"")]
    [InlineData("a,b;c", "\"a,b;c\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"")]
    [InlineData("3-2=1", "\"3-2=1\"")]
    public void A_field_is_quoted_and_comes_back_as_it_was(string? text, string field) => Assert.Equal(field, Csv.Text(text));

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")")]
    [InlineData("+1")]
    [InlineData("-1+1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    [InlineData("\n=1")]
    [InlineData("  =1")]
    [InlineData("\u00a0=1")]
    [InlineData("\uff1d1")]
    public void What_a_spreadsheet_would_take_for_a_formula_becomes_text(string text) =>
        Assert.StartsWith("\"'", Csv.Text(text), StringComparison.Ordinal);

    [Fact]
    public void Numbers_and_times_are_written_for_programs()
    {
        var moment = new DateTimeOffset(2026, 11, 27, 2, 15, 0, 250, TimeSpan.FromHours(1));

        Assert.Equal("2026-11-27T01:15:00.250Z", Csv.Time(moment));
        Assert.Equal("", Csv.Time(null));
        Assert.Equal("1234.5", Csv.Value(1234.5));
        Assert.Equal("a,,1\r\n", Csv.Line("a", "", "1"));
    }
}
