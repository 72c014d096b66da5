using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Restores;
using BackupApp.Tools;

namespace BackupApp.Pages.Restores;

/// <summary>What the pages call things.</summary>
internal static class RestoreWords
{
    public static string Of(RestoreMode mode) => mode switch
    {
        RestoreMode.NewDatabase => "a new database",
        RestoreMode.NewServer => "an empty database",
        _ => "in place of the database",
    };

    /// <summary>What it is restored into, in a few words.</summary>
    public static string Target(string database, RestoreParts? parts) =>
        parts is null ? ShellWord.Show(database) : $"{parts.Databases} database{(parts.Databases == 1 ? "" : "s")} of a server";

    public static string Mode(RestoreMode mode, RestoreParts? parts) => parts is null ? Of(mode) : "under their own names";

    /// <summary>Behind a part of a backup: what that backup lacks.</summary>
    public static string Incomplete(RestorablePiece part) => (part.IsPartial, part.Missing) switch
    {
        (false, _) => "",
        (_, []) => " (of a backup that is not complete)",
        _ => $" (of a backup that is not complete: without {ShellWord.Show(string.Join(", ", part.Missing))})",
    };

    public static string Of(RestorePhase? phase) => phase switch
    {
        null or RestorePhase.Connecting => "Connecting",
        RestorePhase.Verifying => "Reading the backup, before anything is changed",
        RestorePhase.Preparing => "Making the database",
        RestorePhase.Data => "Tables and rows",
        RestorePhase.Indexes => "Indexes and constraints",
        RestorePhase.Counting => "Counting rows",
        _ => "Putting it in its place",
    };

    /// <summary>Where it failed, as after "It ended while".</summary>
    public static string Of(RunStage? stage) => stage switch
    {
        RunStage.Connect => "connecting to the server",
        RunStage.Read => "reading the backup",
        RunStage.Restore => "restoring",
        RunStage.Swap => "the database was put in its place",
        RunStage.Worker => "its worker vanished",
        _ => "it was at work",
    };

    public static string Of(CheckState state) => state switch
    {
        CheckState.Good => "Good",
        CheckState.Note => "To know",
        _ => "In the way",
    };
}
