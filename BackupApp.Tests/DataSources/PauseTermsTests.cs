using BackupApp.DataSources;

namespace BackupApp.Tests.DataSources;

public sealed class PauseTermsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 19, 15, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("the server\tmoves", "the server moves")]
    [InlineData("moves\r\nto db2\u0000\u001b", "moves to db2")]
    [InlineData("\t", null)]
    [InlineData(null, null)]
    public void What_is_pasted_into_a_form_becomes_one_line_that_is_taken(string? pasted, string? why) =>
        Assert.Equal(why, PauseTerms.OfForm(24, pasted, Now).Checked(Now).Why);

    [Theory]
    [InlineData(250, 200)]
    [InlineData(199, 199)]
    public void What_is_too_long_is_shortened_between_two_characters(int before, int kept)
    {
        var why = PauseTerms.OfForm(0, new string('x', before) + "🐘", Now).Checked(Now).Why!;

        Assert.Equal(new string('x', kept), why);
    }
}
