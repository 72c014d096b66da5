using BackupApp.Engines.Restores;
using BackupApp.Tools;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>What people may want to run after a restore.</summary>
internal static class NextSteps
{
    public static RestoreStep Analyze(string database) => new(
        "Have the planner learn about it",
        $"vacuumdb --analyze-in-stages --dbname={ShellWord.Quote($"dbname={PgConnection.Quote(database)}")}",
        "A restored database has no statistics: until the server has gathered them by itself, queries may be slow.");
}
