namespace BackupApp.Streams;

/// <summary>
/// The stages that bytes pass on their way to a target, as a list: each wraps the one that was added
/// before it. A tap, an encryption or a second store joins by one more line where the list is made.
/// </summary>
/// <param name="target">What the last stage writes to; it is not closed.</param>
public sealed class StageList(Stream target) : IAsyncDisposable
{
    private readonly List<WriteOnlyStream> _stages = [];

    /// <summary>Where the bytes go in.</summary>
    public Stream Entry => _stages.Count == 0 ? target : _stages[^1];

    /// <summary>Puts a stage in front of those that are there.</summary>
    /// <param name="stage">Makes it, given what it writes to, which it leaves open.</param>
    public T Add<T>(Func<Stream, T> stage)
        where T : WriteOnlyStream
    {
        var added = stage(Entry);
        _stages.Add(added);
        return added;
    }

    /// <summary>
    /// Finishes the stages from the first that the bytes meet to the last. Call it only when the input is known to be complete.
    /// </summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        foreach (var stage in Enumerable.Reverse(_stages))
            await stage.FinishAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stage in Enumerable.Reverse(_stages))
            await stage.DisposeAsync();
    }
}
