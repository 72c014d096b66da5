using System.Text.RegularExpressions;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>One error of pg_restore with all its lines: the server's message, DETAIL, HINT, and the command that failed.</summary>
internal sealed partial class ToolError(string first)
{
    private const int MostText = 1000;

    /// <summary>How the command begins that failed; it may have any number of lines, and is the last that is said of an error.</summary>
    public const string Command = "Command was: ";

    private readonly List<string> _server = [first];
    private string? _command;

    // What the error says, what the command is (null: any), and what it means.
    private static readonly (Regex Error, Regex? Command, ToolErrorKind Kind)[] All =
    [
        // The tool is newer than the server, and sets what that one does not have.
        (UnknownParameter(), SetsParameter(), ToolErrorKind.Benign),
        (OwnerOfExtension(), CommentsExtension(), ToolErrorKind.Benign),
        (PublicExists(), null, ToolErrorKind.Benign),
        (NoRight(), ForSuperusers(), ToolErrorKind.Known),
        (NoRole(), Gives(), ToolErrorKind.Known),
        (NoRole(), MapsUser(), ToolErrorKind.Known),
        (NoExtension(), MakesExtension(), ToolErrorKind.Known),
    ];

    /// <summary>All that is said of it has come.</summary>
    public bool IsComplete => _command is not null;

    /// <summary>The command may yet show that it is none to end a restore for.</summary>
    public bool MayBecomeKnown => !IsComplete && All.Any(k => k.Error.IsMatch(_server[0]));

    public ToolErrorKind Kind => All
        .Where(k => k.Error.IsMatch(_server[0]) && (k.Command is null || (_command is not null && k.Command.IsMatch(_command))))
        .Select(k => k.Kind)
        .DefaultIfEmpty(ToolErrorKind.Unknown)
        .First();

    /// <summary>The server's words, without the command: that may hold what is in the rows.</summary>
    public string Text =>
        Shorten(string.Join(' ', _server.Select(l => l.Trim())).Replace("could not execute query: ", "", StringComparison.Ordinal));

    public string? Sql => _command;

    public void Add(string line)
    {
        if (line.StartsWith(Command, StringComparison.Ordinal))
            _command = line[Command.Length..];
        else if (_command is null && !IsContext(line))
            _server.Add(line);
    }

    // Which line of a COPY it was; the row itself stands there.
    private static bool IsContext(string line) => line.StartsWith("CONTEXT:", StringComparison.Ordinal)
        || line.StartsWith("LINE ", StringComparison.Ordinal) || line.StartsWith("QUERY:", StringComparison.Ordinal)
        || line.TrimStart() == "^";

    private static string Shorten(string text) => text.Length <= MostText ? text : $"{text[..MostText]}…";

    [GeneratedRegex("ERROR:  unrecognized configuration parameter \"[a-z_]+\"", RegexOptions.None, 1000)]
    private static partial Regex UnknownParameter();

    [GeneratedRegex("^SET [a-z_]+ = [^;]+;$", RegexOptions.None, 1000)]
    private static partial Regex SetsParameter();

    [GeneratedRegex("ERROR:  must be owner of extension ", RegexOptions.None, 1000)]
    private static partial Regex OwnerOfExtension();

    [GeneratedRegex("^COMMENT ON EXTENSION ", RegexOptions.None, 1000)]
    private static partial Regex CommentsExtension();

    [GeneratedRegex("ERROR:  schema \"public\" already exists", RegexOptions.None, 1000)]
    private static partial Regex PublicExists();

    [GeneratedRegex("ERROR:  (permission denied|must be superuser)", RegexOptions.None, 1000)]
    private static partial Regex NoRight();

    [GeneratedRegex("^(CREATE (EXTENSION|EVENT TRIGGER|PUBLICATION|FOREIGN DATA WRAPPER|USER MAPPING)|ALTER (EVENT TRIGGER|PUBLICATION)) ",
        RegexOptions.None, 1000)]
    private static partial Regex ForSuperusers();

    [GeneratedRegex("ERROR:  role \".+\" does not exist", RegexOptions.None, 1000)]
    private static partial Regex NoRole();

    [GeneratedRegex("^(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES|ALTER .+ OWNER TO) ", RegexOptions.None, 1000)]
    private static partial Regex Gives();

    [GeneratedRegex("^CREATE USER MAPPING ", RegexOptions.None, 1000)]
    private static partial Regex MapsUser();

    [GeneratedRegex("ERROR:  (extension \".+\" is not available|could not open extension control file )", RegexOptions.None, 1000)]
    private static partial Regex NoExtension();

    [GeneratedRegex("^CREATE EXTENSION ", RegexOptions.None, 1000)]
    private static partial Regex MakesExtension();
}
