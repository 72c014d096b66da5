namespace BackupApp.Tools;

/// <summary>What an engine knows of its tool's words, and of its server's that the tool repeats.</summary>
public interface IToolWords
{
    /// <param name="failure">What the tool said when it failed, the server's DETAIL and HINT included, on one line.</param>
    /// <returns>What to do about it, in one or two sentences; null where that is not known.</returns>
    string? Advise(string failure);

    /// <summary>What the dump lacks by the tool's own words, and what else it warned of, each as a note for people.</summary>
    /// <param name="said">Its standard error, after it ended well.</param>
    IReadOnlyList<string> Notes(IReadOnlyList<string> said);

    /// <summary>
    /// Whether the tool ended because something that it had read of in the server's catalogue was gone when it came to it, as
    /// happens while somebody migrates: nothing is wrong then, and it can be started again. Never so for locks, logins and limits.
    /// </summary>
    /// <param name="said">Its standard error.</param>
    Task<bool> SawSomethingVanishAsync(IReadOnlyList<string> said, CancellationToken cancellationToken);
}
