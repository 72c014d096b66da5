namespace BackupApp.Errors;

/// <summary>A failure that says which side it was. Its message is one sentence for the user and holds no secret.</summary>
public abstract class StagedException(RunStage stage, string message, Exception? inner) : Exception(message, inner)
{
    public RunStage Stage { get; } = stage;

    /// <summary>Stable and in snake_case, for example <c>auth_failed</c>.</summary>
    public abstract string FailureCode { get; }

    /// <summary>What happened, and what to do where that is known.</summary>
    public virtual string Sentence => Message;
}
