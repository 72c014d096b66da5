namespace BackupApp.Errors;

/// <summary>A failure that says which side it was. Its message is one sentence for the user and holds no secret.</summary>
public abstract class StagedException(RunStage stage, string message, Exception? inner) : Exception(message, inner)
{
    public RunStage Stage { get; } = stage;

    /// <summary>Stable and in snake_case, for example <c>auth_failed</c>.</summary>
    public abstract string FailureCode { get; }

    /// <summary>What to do, in BackupApp's own words and nobody else's; null where that is not known.</summary>
    public virtual string? Advice => null;

    /// <summary>What happened, and what to do where that is known.</summary>
    public string Sentence => Advice is null ? Message : $"{Message} {Advice}";
}
