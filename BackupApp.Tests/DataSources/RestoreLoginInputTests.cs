using BackupApp.DataSources;
using BackupApp.Engines;

namespace BackupApp.Tests.DataSources;

/// <summary>What becomes of the login for restores when a form is saved.</summary>
public sealed class RestoreLoginInputTests
{
    private static readonly ConnectionSecurity Plain = TlsMode.Prefer;

    [Fact]
    public void Without_one_and_with_nothing_entered_nothing_changes() => Assert.Equal((null, ""), Read(null, null, stored: null));

    [Fact]
    public void Both_halves_make_one() => Assert.Equal(
        (new RestoreLoginChange("owner", "pw"), ""), Read("owner", "pw", stored: null));

    [Fact]
    public void An_empty_password_keeps_the_stored_one() => Assert.Equal((null, ""), Read("owner", "", stored: "owner"));

    [Fact]
    public void An_empty_user_removes_it() => Assert.Equal((RestoreLoginChange.Removal, ""), Read(" ", null, stored: "owner"));

    [Theory]
    [InlineData("owner", null, null, false, "Password")] // a new one without its password
    [InlineData("another", null, "owner", false, "Password")] // another user's password is another
    [InlineData("owner", null, "owner", true, "Password")] // what is stored is not sent elsewhere
    [InlineData(null, "pw", null, false, "Username")]
    [InlineData(null, "pw", "owner", false, "Username")] // neither a removal nor a login
    [InlineData("ow\nner", "pw", null, false, "Username")]
    [InlineData("owner", "p\0w", null, false, "Password")]
    public void What_is_not_whole_is_asked_for(string? user, string? password, string? stored, bool moves, string field) =>
        Assert.Equal((null, $"RestoreLogin.{field}"), Read(user, password, stored, moves));

    [Fact]
    public void A_move_is_no_hindrance_to_who_enters_it_again_or_removes_it()
    {
        Assert.Equal(new RestoreLoginChange("owner", "pw"), Read("owner", "pw", "owner", moves: true).Change);
        Assert.Equal(RestoreLoginChange.Removal, Read(null, null, "owner", moves: true).Change);
    }

    [Fact]
    public void A_source_that_logs_in_by_its_certificate_has_no_second_login() => Assert.Equal(
        (null, "RestoreLogin.Username"), Read("owner", "pw", null, security: Plain with { Mechanism = "MONGODB-X509" }));

    [Fact]
    public void Its_password_is_not_printed() =>
        Assert.DoesNotContain("secret", new RestoreLoginChange("owner", "secret").ToString(), StringComparison.Ordinal);

    [Fact]
    public void Another_user_who_backs_up_moves_nothing_and_another_server_does()
    {
        var stored = new DatabaseConnection(
            Engine.Postgres, "db", 5432, "shop", "keeper", TlsMode.Require, new Dictionary<string, string>(), new("pw"));

        Assert.False(ConnectionInput.MovesOthers(stored, stored with { Username = "another", Database = "other" }));
        Assert.True(ConnectionInput.MovesOthers(stored, stored with { Host = "evil" }));
        Assert.True(ConnectionInput.MovesOthers(stored, stored with { Port = 1 }));
        Assert.True(ConnectionInput.MovesOthers(stored, stored with { TlsMode = TlsMode.Disable }));
    }

    private static (RestoreLoginChange? Change, string Problem) Read(
        string? user, string? password, string? stored, bool moves = false, ConnectionSecurity? security = null)
    {
        var problems = new Dictionary<string, string>();
        var change = new RestoreLoginInput { Username = user, Password = password }.Read(stored, moves, security ?? Plain, problems);
        return (change, string.Join(' ', problems.Keys));
    }
}
