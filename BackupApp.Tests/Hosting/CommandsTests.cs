using BackupApp.Hosting;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Hosting;

public sealed class CommandsTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    [Theory]
    [InlineData("serve")]
    [InlineData("users", "reset", "ann@example.com")]
    [InlineData("--hlep")]
    [InlineData("-v")]
    [InlineData("--urls=http://127.0.0.1:0", "urls")]
    [InlineData("")]
    public async Task An_unknown_word_is_refused_with_the_commands_there_are(params string[] args)
    {
        Assert.Equal(2, await RunAsync(args));

        Assert.Contains(
            $"There is no command '{args.First(a => !a.Contains('=', StringComparison.Ordinal))}'.",
            _error.ToString(),
            StringComparison.Ordinal);
        Assert.All(
            ["user reset EMAIL", "contents FILE", "--help", "--version"],
            known => Assert.Contains(known, _error.ToString(), StringComparison.Ordinal));
        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public async Task Help_lists_the_commands()
    {
        Assert.Equal(0, await RunAsync("--help"));

        Assert.All(
            ["user reset EMAIL", "contents FILE", "--help", "--version"],
            known => Assert.Contains(known, _output.ToString(), StringComparison.Ordinal));
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public async Task The_contents_of_a_file_need_no_database()
    {
        var command = Commands.Find(["contents", "/nowhere/at/all"], _output, _error);

        Assert.Null(command.WithServices);
        Assert.Equal(2, await command.Alone!());
        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public async Task Version_is_one_line()
    {
        Assert.Equal(0, await RunAsync("--version"));

        Assert.Matches(@"^BackupApp \d+\.\d+\.\d+\S*$", _output.ToString().TrimEnd());
    }

    [Theory]
    [InlineData]
    [InlineData("--urls=http://127.0.0.1:0", "--BackupApp:Roles=web")]
    public void Without_a_command_it_serves(params string[] settings) =>
        Assert.Equal(new Command(), Commands.Find(settings, _output, _error));

    [Fact]
    public void A_command_for_the_database_waits_for_it()
    {
        var command = Commands.Find(["user", "reset", "ann@example.com"], _output, _error);

        Assert.Null(command.Alone);
        Assert.NotNull(command.WithServices);
    }

    [Fact]
    public async Task The_program_itself_refuses_before_it_opens_anything()
    {
        var data = Path.Combine(Path.GetTempPath(), $"backupapp-never-{Guid.NewGuid():N}");

        var (code, output) = await Shell.RunAsync(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "BackupApp.dll"), "srever"],
            new Dictionary<string, string> { ["BackupApp__DataDirectory"] = data });

        Assert.Equal(2, code);
        Assert.Contains("There is no command 'srever'.", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    private Task<int> RunAsync(params string[] args) => Commands.Find(args, _output, _error).Alone!();
}
