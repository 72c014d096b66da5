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
    private const string Error = "pg_restore: error: ";
    private const int MostErrors = 1000;

    private readonly Lock _lock = new();
    private readonly List<ToolError> _errors = [];
    private bool _inError;
    private int _tablesBegun;
    private volatile bool _readsRows;

    /// <summary>While rows flow, something moves; what comes before and after may take any time without a word.</summary>
    public bool MayBeSilent => !_readsRows;

    /// <summary>How many errors the tool said that it has passed over, at its very end; null while it did not.</summary>
    public int? Ignored { get; private set; }

    /// <summary>Without those that mean nothing.</summary>
    public IReadOnlyList<ToolError> Errors
    {
        get
        {
            lock (_lock)
                return [.. _errors.Where(e => e.Kind != ToolErrorKind.Benign)];
        }
    }

    /// <summary>With those that mean nothing.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _errors.Count;
        }
    }

    public void Hear(string line)
    {
        steps.Log(WithoutRow(line));
        if (line.StartsWith(Error, StringComparison.Ordinal))
            Begin(line[Error.Length..]);
        else if (line.StartsWith("pg_restore: ", StringComparison.Ordinal))
            Follow(line["pg_restore: ".Length..]);
        else if (_inError)
            Extend(line);
    }

    // CONTEXT:  COPY orders, line 3: "the row itself, which is nobody's business here"
    private static string WithoutRow(string line) =>
        line.StartsWith("CONTEXT:", StringComparison.Ordinal) && line.IndexOf('"', StringComparison.Ordinal) is var quote and > 0
            ? line[..quote] : line;

    private void Begin(string text)
    {
        _inError = true;
        var error = new ToolError(text);
        lock (_lock)
        {
            if (_errors.Count < MostErrors)
                _errors.Add(error);
        }

        // The command that failed comes in a later line: only without it some are known to be harmless.
        if (!goOn && error.Kind == ToolErrorKind.Unknown && !error.MayBecomeKnown)
            end();
    }

    private void Extend(string line)
    {
        ToolError error;
        lock (_lock)
        {
            error = _errors[^1];
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
}
