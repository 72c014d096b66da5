using System.Globalization;
using BackupApp.Pages.Ui;

namespace BackupApp.Tests.Pages;

public sealed class QuantityTests
{
    [Theory]
    [InlineData(0, "0 tables")]
    [InlineData(1, "1 table")]
    [InlineData(12345, "12,345 tables")]
    public void A_count_has_its_plural(long count, string text) => Assert.Equal(text, Quantity.Count(count, "table"));

    [Theory]
    [InlineData(0L, "0 bytes")]
    [InlineData(1L, "1 byte")]
    [InlineData(1023L, "1023 bytes")]
    [InlineData(1024L, "1.0 KiB")]
    [InlineData(1_288_490_189L, "1.2 GiB")]
    [InlineData(104_820_000L, "100 MiB")]
    [InlineData(1_073_741_823L, "1.0 GiB")]
    [InlineData(long.MaxValue, "8.0 EiB")]
    public void A_size_is_written_in_IEC_units(long bytes, string text) => Assert.Equal(text, Quantity.Bytes(bytes));

    [Theory]
    [InlineData(0.35, "350 ms")]
    [InlineData(0.9999, "999 ms")]
    [InlineData(4.27, "4.2 s")]
    [InlineData(59.9, "59 s")]
    [InlineData(192, "3 min 12 s")]
    [InlineData(3720, "1 h 02 min")]
    [InlineData(190_800, "2 d 05 h")]
    [InlineData(-3, "0 s")]
    public void A_duration_shows_its_two_largest_units(double seconds, string text) =>
        Assert.Equal(text, Quantity.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(2, "just now")]
    [InlineData(59, "59 s ago")]
    [InlineData(3 * 60 + 50, "3 min ago")]
    [InlineData(26 * 3600, "1 d ago")]
    [InlineData(-2 * 3600 - 1, "in 2 h")]
    public void An_age_is_said_in_one_unit(int secondsAgo, string text)
    {
        var now = new DateTimeOffset(2026, 3, 29, 1, 30, 0, TimeSpan.Zero);

        Assert.Equal(text, Quantity.Relative(now.AddSeconds(-secondsAgo), now));
    }

    [Fact]
    public void The_readers_culture_does_not_change_numbers()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            Assert.Equal("1.5 KiB", Quantity.Bytes(1536));
            Assert.Equal("4.2 s", Quantity.Duration(TimeSpan.FromSeconds(4.2)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
