using System.Globalization;
using System.Text.RegularExpressions;
using BackupApp.Engines.Restores;
using BackupApp.Tools;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>What an error of pg_restore means.</summary>
internal enum ToolErrorKind
{
    /// <summary>Nothing is missing because of it.</summary>
    Benign,

    /// <summary>Something is missing, and it is known why: the restore is partial.</summary>
    Known,

    Unknown,
}

/// <summary>
/// Judges each line of pg_restore as it comes, and follows what it is at. It tells errors by the words of the server, which may
/// be another language's:
/// then they are unknown, which is the safe side.
/// </summary>
/// <param name="goOn">Unknown errors are listed, too.</param>
/// <param name="end">Is called at the first error that ends the restore.</param>
internal sealed partial class ToolLines(IRestoreSteps steps, int tables, bool goOn, Action end) : IToolListener
{
    private const string Tool = "pg_restore: ";
    private const string Error = $"{Tool}error: ";
    private const int MostErrors = 1000;

    private readonly Lock _lock = new();
    private readonly List<ToolError> _errors = [];
    private ToolError? _last;
    private int _count;
    private int _left;
    private bool _inError;
    private int _tablesBegun;
    private volatile bool _readsRows;

    /// <summary>While rows flow, something moves; what comes before and after may take any time without a word.</summary>
    public bool MayBeSilent => !_readsRows;

    /// <summary>How many errors the tool said that it has passed over, at its very end; null while it did not.</summary>
    public int? Ignored { get; private set; }

    /// <summary>Without those that mean nothing; of very many the first ones, and the last.</summary>
    public IReadOnlyList<ToolError> Errors
    {
        get
        {
            lock (_lock)
                return _last is { Kind: not ToolErrorKind.Benign } last ? [.. _errors, last] : [.. _errors];
        }
    }

    /// <summary>Their words, for people; and how many there are besides.</summary>
    public IReadOnlyList<string> Texts
    {
        get
        {
            lock (_lock)
            {
                var more = string.Create(CultureInfo.InvariantCulture, $"And {_left:N0} more errors, which are only in the log.");
                return [.. Errors.Select(e => e.Text), .. _left > 0 ? [more] : Array.Empty<string>()];
            }
        }
    }

    /// <summary>How many the tool has told of, with those that mean nothing and those that are not kept.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _count;
        }
    }

    public void Hear(string line)
    {
        if (ToSay(line) is { } said)
            steps.Log(said);
        if (line.StartsWith(Error, StringComparison.Ordinal))
            Begin(line[Error.Length..]);
        else if (line.StartsWith(Tool, StringComparison.Ordinal))
            Follow(line[Tool.Length..]);
        else if (_inError)
            Extend(line);
    }

    // Of the command that failed its first words are enough to find it in the dump; behind them may stand passwords and rows.
    private string? ToSay(string line)
    {
        if (line.StartsWith(Tool, StringComparison.Ordinal))
            return line;
        if (_inError && _last is { IsComplete: true })
            return null;
        return line.StartsWith(ToolError.Command, StringComparison.Ordinal) ? FirstWords(line) : WithoutRow(line);
    }

    private static string FirstWords(string command) =>
        Secretive().Match(command) is { Success: true } secret ? $"{command[..secret.Index].TrimEnd()} …" : command;

    // CONTEXT:  COPY orders, line 3: "the row itself, which is nobody's business here"
    // LINE 2:     password 'a part of the command'
    private static string WithoutRow(string line) =>
        line.StartsWith("CONTEXT:", StringComparison.Ordinal) && line.IndexOf('"', StringComparison.Ordinal) is var quote and > 0
            ? line[..quote]
            : Excerpt().Match(line) is { Success: true } excerpt ? $"{excerpt.Value} …" : line;

    private void Begin(string text)
    {
        _inError = true;
        var error = new ToolError(text);
        lock (_lock)
        {
            KeepLast();
            _last = error;
            _count++;
        }

        // The command that failed comes in a later line: only without it some are known to be harmless.
        if (!goOn && error.Kind == ToolErrorKind.Unknown && !error.MayBecomeKnown)
            end();
    }

    // Nothing more is said of it: by now it is known whether it means something.
    private void KeepLast()
    {
        if (_last is not { Kind: not ToolErrorKind.Benign } known)
            return;
        if (_errors.Count < MostErrors)
            _errors.Add(known);
        else
            _left++;
    }

    private void Extend(string line)
    {
        ToolError error;
        lock (_lock)
        {
            error = _last!;
            error.Add(line);
        }

        if (!goOn && error.IsComplete && error.Kind == ToolErrorKind.Unknown)
            end();
    }

    private void Follow(string text)
    {
        _inError = false;
        if (IgnoredErrors().Match(text) is { Success: true } ignored)
            Ignored = int.Parse(ignored.Groups["count"].ValueSpan, CultureInfo.InvariantCulture);
        else if (RowsOf().Match(text) is { Success: true } rows)
        {
            _readsRows = true;
            steps.Report(new(RestorePhase.Data, rows.Groups["table"].Value, ++_tablesBegun, tables));
        }
        else if (Making().Match(text) is { Success: true } made)
        {
            _readsRows = false;
            var what = $"{made.Groups["kind"].Value.ToLowerInvariant()} {made.Groups["name"].Value}";
            steps.Report(new(_tablesBegun == 0 ? RestorePhase.Preparing : RestorePhase.Indexes, what, _tablesBegun, tables));
        }
    }

    [GeneratedRegex("^warning: errors ignored on restore: (?<count>[0-9]+)$", RegexOptions.None, 1000)]
    private static partial Regex IgnoredErrors();

    [GeneratedRegex("^processing data for table \"(?<table>.+)\"$", RegexOptions.None, 1000)]
    private static partial Regex RowsOf();

    [GeneratedRegex("^(creating|executing) (?<kind>[A-Z ]+) \"?(?<name>.+?)\"?$", RegexOptions.None, 1000)]
    private static partial Regex Making();

    // Options of servers and user mappings, connections of subscriptions, passwords of roles, and whatever stands in quotes or is a row.
    [GeneratedRegex("['$]| (OPTIONS|CONNECTION|PASSWORD|VALUES)\\b", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Secretive();

    [GeneratedRegex("^(LINE [0-9]+|QUERY|STATEMENT):", RegexOptions.None, 1000)]
    private static partial Regex Excerpt();
}
