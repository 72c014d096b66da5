using BackupApp.Engines.Restores;

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

    public static string Of(CheckState state) => state switch
    {
        CheckState.Good => "Good",
        CheckState.Note => "To know",
        _ => "In the way",
    };
}
