using System.Reflection;
using BackupApp.Accounts;
using BackupApp.Engines.Archives;
using BackupApp.Network;

namespace BackupApp.Hosting;

/// <summary>What the command line asks for; nothing of it: to serve.</summary>
/// <param name="Alone">Needs neither configuration nor database. Returns the exit code.</param>
/// <param name="WithServices">Needs the database, and may run beside a running server.</param>
public sealed record Command(Func<Task<int>>? Alone = null, Func<IServiceProvider, Task<int>>? WithServices = null);

/// <summary>The words that the command line knows. Any other is refused: a mistyped command must not start a second server.</summary>
public static class Commands
{
    private const string Settings =
        "It is configured by environment variables, such as BackupApp__DataDirectory; "
        + "on the command line: --BackupApp:DataDirectory=/srv/backupapp.";

    /// <summary>Exit code for what was not understood.</summary>
    private const int NotUnderstood = 2;

    private static readonly Known[] All =
    [
        new(
            "user",
            "user reset EMAIL [--password-stdin] [--revoke-tokens]",
            "gives a locked-out user a new password, and removes the second factor")
        {
            WithServices = UserCommands.RunAsync,
        },
        new("contents", "contents FILE [--json]", "prints what is in a downloaded backup; exit code 1 if it is cut or damaged")
        {
            Alone = ContentsCommand.RunAsync,
        },
        new("host", "host allow NAME", "answers to this host name too, where no BackupApp__PublicUrl is set")
        {
            WithServices = HostCommands.RunAsync,
        },
        new("--help", "--help", "prints this") { Alone = (_, output) => Say(output, Help()) },
        new("--version", "--version", "prints the version") { Alone = (_, output) => Say(output, $"BackupApp {Version}") },
    ];

    /// <summary>The version that was built, with the commit where the build knew it.</summary>
    public static string Version { get; } =
        typeof(Commands).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "of unknown version";

    /// <param name="args">Settings such as <c>--urls=…</c> may stand before the command; what follows it is its own.</param>
    public static Command Find(string[] args) => Find(args, Console.Out, Console.Error);

    internal static Command Find(string[] args, TextWriter output, TextWriter error)
    {
        if (args.SkipWhile(IsSetting).ToArray() is not [var word, .. var rest])
            return new Command();
        if (All.FirstOrDefault(known => known.Word == word) is not { } found)
            return new Command(() => RefuseAsync(word, error));
        return new Command(
            found.Alone is { } alone ? () => alone(rest, output) : null,
            found.WithServices is { } run ? services => run(rest, services) : null);
    }

    private static string Help() =>
        $"""
        BackupApp backs up PostgreSQL and MongoDB databases. Without a command it serves its pages and runs the backups.

        Usage: BackupApp [COMMAND]

        {string.Join(Environment.NewLine, All.Select(known => $"  {known.Usage}{Environment.NewLine}      {known.Does}"))}

        {Settings}
        """;

    // As configuration takes them: --Name=value.
    private static bool IsSetting(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) && argument.IndexOf('=', StringComparison.Ordinal) > 2;

    private static async Task<int> RefuseAsync(string word, TextWriter error)
    {
        await error.WriteLineAsync($"There is no command '{word}'.{Environment.NewLine}{Environment.NewLine}{Help()}");
        return NotUnderstood;
    }

    private static async Task<int> Say(TextWriter output, string text)
    {
        await output.WriteLineAsync(text);
        return 0;
    }

    /// <param name="Word">The first word.</param>
    /// <param name="Usage">All of it, for people.</param>
    /// <param name="Does">What it does, in some words.</param>
    private sealed record Known(string Word, string Usage, string Does)
    {
        /// <summary>Its arguments and standard output to the exit code.</summary>
        public Func<string[], TextWriter, Task<int>>? Alone { get; init; }

        /// <summary>Its arguments and the services, over an open and migrated database, to the exit code.</summary>
        public Func<string[], IServiceProvider, Task<int>>? WithServices { get; init; }
    }
}
