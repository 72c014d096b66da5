namespace BackupApp.Tools;

/// <summary>Hears what a tool says while it runs.</summary>
public interface IToolListener
{
    /// <summary>It is at something that may take any time without a byte moved, such as an index: it does not count as stalled.</summary>
    bool MayBeSilent { get; }

    /// <param name="line">Of its standard error, without secrets, control characters and line end. Must not throw.</param>
    void Hear(string line);
}
