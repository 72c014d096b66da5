using System.Text;
using BackupApp.Engines.Postgres;
using BackupApp.Tests.Support;
using BackupApp.Tools;

namespace BackupApp.Tests.Tools;

/// <summary>Words are pasted into a real terminal, which acts on control characters before bash sees a line.</summary>
public sealed class ShellWordTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-words-").FullName;

    public static TheoryData<string> Words =>
    [
        "shop",
        "",
        "it's \"odd\" $HOME `touch pwned` $(touch pwned) \\ ; touch pwned #",
        "!! !touch ^a^b",
        "it's !! \u0003",
        "ctrl\u0003touch pwned\n",
        "line\ntouch pwned\r\n",
        "\t\ttab\u0004\u0015\u0017\u001a\u001c\u007f\b",
        "\u001b[200~touch pwned\n\u001b[201~\u001b]0;title\a",
        "\u009b31mred\u0085touch pwned\u2028\u202edorb\u200b\ufeff",
        "größe ☃ 🔑 \u0003a1",
        "\\x03 \\u0003 \u0001\\'",
        "-rf",
    ];

    [Theory]
    [MemberData(nameof(Words))]
    public async Task A_pasted_word_is_that_word_and_runs_nothing(string word)
    {
        await PasteAsync($"printf %s {ShellWord.Quote(word)} > word");

        Assert.Equal(
            word,
            await File.ReadAllTextAsync(
                Path.Combine(_folder, "word"), new UTF8Encoding(false, true), TestContext.Current.CancellationToken));
        Assert.Equal(["word"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task The_terminal_of_this_test_does_run_what_plain_quotes_let_through()
    {
        // The shell that is interrupted may swallow one character.
        await PasteAsync("printf %s 'ctrl\u0003  touch pwned\n' > word\n'");

        Assert.True(File.Exists(Path.Combine(_folder, "pwned")));
    }

    [Theory]
    [InlineData("shop", "shop")]
    [InlineData("a b; größe", "a b; größe")]
    [InlineData("a\u0003b", @"$'a\x03b'")]
    [InlineData("a\u202eb", @"$'a\xe2\x80\xaeb'")]
    public void A_name_in_a_sentence_stays_as_it_is_unless_something_in_it_cannot_be_seen(string name, string shown) =>
        Assert.Equal(shown, ShellWord.Show(name));

    [Theory]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("back\\slash", "\"back\\slash\"")]
    [InlineData("a\u0003\\\"\n", """U&"a\0003\\""\000a" """)]
    public async Task An_identifier_in_a_statement_that_is_pasted_holds_no_control_characters_and_is_the_same_to_the_server(
        string name, string quoted)
    {
        Assert.Equal(quoted.TrimEnd(), ServerRefusal.Quote(name));
        await using var postgres = TestPostgres.Require();
        await using var connection = await postgres.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand($"SELECT 1 AS {ServerRefusal.Quote(name)}", connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.Equal(name, reader.GetName(0));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // script(1) gives bash a terminal, and types into it what it reads: once the shell answers,
    // since a ^C before that ends the shell itself.
    private async Task PasteAsync(string line)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, ".input"), $"{line}\nexit\n", TestContext.Current.CancellationToken);
        const string Type = """
            cd "$1" && input=$(cat .input; echo .) && rm .input || exit
            {
              echo 'touch .ready'
              until [ -e .ready ]; do sleep 0.05; done
              rm .ready
              printf '%s' "${input%.}"
            } | timeout 30 script -qec 'bash --norc --noprofile -i' /dev/null
            """;
        await Shell.RunAsync(
            "sh",
            ["-c", Type, "sh", _folder],
            new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8", ["TERM"] = "xterm", ["HISTFILE"] = "/dev/null" });
    }
}
