using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Tools;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>Turns the end of pg_restore into one sentence for the user.</summary>
internal static class ToolFailure
{
    /// <summary>Whatever has no code of its own.</summary>
    public const string Failed = "restore_failed";

    /// <summary>It was ended because of what it said.</summary>
    public static RestoreFailedException Of(ToolLines lines, TimeSpan stall) => First(lines) is { } error
        ? Of(error)
        : new(RunStage.Restore, Failed, $"pg_restore was ended after {stall.TotalMinutes:0.#} minutes.");

    /// <summary>It ended by itself, or hung.</summary>
    public static RestoreFailedException Of(DumpFailedException e, ToolLines lines, TimeSpan stall)
    {
        if (e.Code == "stalled")
        {
            return new(
                RunStage.Restore, "stalled",
                $"Nothing moved for {stall.TotalMinutes:0.#} minutes while rows were restored: the server took none, or the "
                    + "destination gave none.", inner: e);
        }

        return e.Code == DumpFailure.Failed && First(lines) is { } error ? Of(error)
            : new(RunStage.Restore, e.Code == DumpFailure.Failed ? Failed : e.Code, e.Message, inner: e);
    }

    private static RestoreFailedException Of(ToolError error)
    {
        var code = error.Text.Contains("No space left on device", StringComparison.Ordinal) ? "disk_full" : Failed;
        return new(RunStage.Restore, code, $"pg_restore failed: {error.Text}", ServerAdvice.Of(error.Text));
    }

    private static ToolError? First(ToolLines lines) =>
        lines.Errors.FirstOrDefault(e => e.Kind == ToolErrorKind.Unknown) ?? (lines.Errors.Count > 0 ? lines.Errors[^1] : null);
}
