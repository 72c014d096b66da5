using System.Globalization;
using System.Text.RegularExpressions;
using BackupApp.Engines.Restores;
using BackupApp.Tools;

namespace BackupApp.Engines.Mongo.Restores;

/// <summary>What mongorestore says while it runs.</summary>
internal sealed partial class MongoRestoreLines(IRestoreSteps steps) : IToolListener
{
    private volatile bool _readsRows = true;
    private long _failed;
    private int _begun;

    /// <summary>Indexes are built when all documents are there.</summary>
    public bool MayBeSilent => !_readsRows;

    /// <summary>Documents that the server refused.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>The first of its errors; null where it told none.</summary>
    public string? Error { get; private set; }

    public void Hear(string line)
    {
        steps.Log(line);
        var text = line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..];
        if (Sum().Match(text) is { Success: true } sum)
            Interlocked.Exchange(ref _failed, long.Parse(sum.Groups["failed"].ValueSpan, CultureInfo.InvariantCulture));
        else if (Restoring().Match(text) is { Success: true } collection)
            steps.Report(new(RestorePhase.Data, collection.Groups["name"].Value, ++_begun));
        else if (text.StartsWith("restoring indexes for collection ", StringComparison.Ordinal))
        {
            _readsRows = false;
            steps.Report(new(RestorePhase.Indexes, text["restoring indexes for collection ".Length..], _begun));
        }
        else if (
            text.StartsWith("error: ", StringComparison.Ordinal) || text.StartsWith("continuing through error: ", StringComparison.Ordinal))
            Error ??= text[(text.IndexOf(": ", StringComparison.Ordinal) + 2)..];
    }

    [GeneratedRegex(
        @"^[0-9]+ document\(s\) restored successfully\. (?<failed>[0-9]+) document\(s\) failed to restore\.$", RegexOptions.None, 1000)]
    private static partial Regex Sum();

    [GeneratedRegex("^restoring (?<name>.+) from (archive|.*archive.*)", RegexOptions.None, 1000)]
    private static partial Regex Restoring();
}
