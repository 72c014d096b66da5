namespace BackupApp.Tests.Support;

/// <summary>
/// The pauses between looks at something that happens elsewhere: short at first, then longer. Each look costs a login or a page,
/// and many tests wait at once.
/// </summary>
public sealed class Looks
{
    private const double Growth = 1.3;
    private const double Longest = 250;

    private double _milliseconds = 20;

    public async Task PauseAsync(CancellationToken cancellationToken = default)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(_milliseconds), cancellationToken);
        _milliseconds = Math.Min(_milliseconds * Growth, Longest);
    }
}
