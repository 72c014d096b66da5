using BackupApp.Accounts.People;

namespace BackupApp.Tests.Accounts;

public sealed class PasswordRulesTests
{
    private const string Common = "one of those that strangers try first";
    private const string OwnName = "Your name or e-mail address";
    private const string ProductName = "The name of this product";

    [Theory]
    [InlineData("123qweasdzxc", Common)] // number 1 of the list among those that are long enough
    [InlineData("Leavemealone", Common)]
    [InlineData("PASSWORD1234", Common)]
    [InlineData("2026password!", Common)]
    [InlineData("sunshine!2026", Common)]
    [InlineData("passwordpassword", Common)]
    [InlineData("dragon1dragon1dragon1", Common)]
    [InlineData("aaaaaaaaaaaaaaaa", Common)]
    [InlineData("123123123123123", Common)]
    [InlineData("ann.smith@shop.example.com", OwnName)]
    [InlineData("my name is Smith", OwnName)]
    [InlineData("AnnSmith-2026-spring", OwnName)]
    [InlineData("backups of shop 17", OwnName)]
    [InlineData("BackupApp has a password", ProductName)]
    [InlineData("backup-app-2026-spring", ProductName)]
    [InlineData("correct horse battery staple", null)]
    [InlineData("four random words here", null)]
    [InlineData("sunshine over the old harbour", null)]
    [InlineData("password of a very distant planet", null)]
    [InlineData("kq3 ann likes it", null)]
    [InlineData("gd7-wb2-qmx-h9f", null)]
    [InlineData("дванадцять птахів", null)]
    public async Task What_strangers_try_first_is_refused_and_said_why(string password, string? problem)
    {
        var result = await new PasswordRules().ValidateAsync(null!, new AppUser { Email = "ann.smith@shop.example.com" }, password);
        Assert.Equal(problem is null, result.Succeeded);
        if (problem is not null)
            Assert.Contains(problem, Assert.Single(result.Errors).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Random_passwords_are_taken()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var password = new string(random.GetItems<char>("abcdefghijkmnpqrstuvwxyz23456789", 20));
            var result = await new PasswordRules().ValidateAsync(null!, new AppUser { Email = "ann@example.com" }, password);
            Assert.True(result.Succeeded, password);
        }
    }
}
