using BackupApp.Protection.Weekly;

namespace BackupApp.Protection.Board;

/// <summary>
/// What lies at each destination, as of a while ago: it is summed up from all backups there are, which a page that is looked at all
/// the time does not do each time.
/// </summary>
public sealed class KnownStorage(IServiceScopeFactory scopes, TimeProvider time) : IDisposable
{
    /// <summary>Sizes of backups change with backups, not with looks.</summary>
    public static readonly TimeSpan LongestAge = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _reading = new(1);
    private volatile Reckoned? _known;

    public async Task<IReadOnlyList<ReportDestination>> ReadAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } fresh)
            return fresh;
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (Fresh() is { } meanwhile)
                return meanwhile;
            await using var scope = scopes.CreateAsyncScope();
            var now = time.GetUtcNow();
            var read = await scope.ServiceProvider.GetRequiredService<StorageReader>().ReadAsync(now, cancellationToken);
            _known = new Reckoned(now, read);
            return read;
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();

    private IReadOnlyList<ReportDestination>? Fresh() =>
        _known is { } known && time.GetUtcNow() - known.At < LongestAge ? known.Destinations : null;

    private sealed record Reckoned(DateTimeOffset At, IReadOnlyList<ReportDestination> Destinations);
}
