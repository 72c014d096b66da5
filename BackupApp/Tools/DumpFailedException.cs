using BackupApp.Errors;

namespace BackupApp.Tools;

/// <summary>The database or its dump tool failed. The message is one sentence for the user and holds no secret.</summary>
/// <param name="code">Stable snake_case code, for example <c>server_version_unsupported</c>, <c>dump_failed</c>, <c>stalled</c>.</param>
public sealed class DumpFailedException(BackupStage stage, string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public BackupStage Stage { get; } = stage;

    public string Code { get; } = code;
}
