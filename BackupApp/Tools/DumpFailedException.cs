using BackupApp.Errors;

namespace BackupApp.Tools;

/// <summary>The database or its dump tool failed. The message is one sentence for the user and holds no secret.</summary>
/// <param name="code">Stable snake_case code, for example <c>server_version_unsupported</c>, <c>dump_failed</c>, <c>stalled</c>.</param>
public sealed class DumpFailedException(RunStage stage, string code, string message, Exception? inner = null)
    : StagedException(stage, message, inner)
{
    public string Code { get; } = code;

    public override string FailureCode => Code;
}
