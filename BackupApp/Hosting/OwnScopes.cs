namespace BackupApp.Hosting;

/// <summary>
/// The scopes that this program itself opens, for the log. Those of others would make each line longer, and tell what must not be in
/// a log: the path of a request may be a download link, and an address that is asked for may be signed.
/// </summary>
internal sealed class OwnScopes : IExternalScopeProvider
{
    private readonly LoggerExternalScopeProvider _own = new();

    public void ForEachScope<TState>(Action<object?, TState> callback, TState state) => _own.ForEachScope(callback, state);

    public IDisposable Push(object? state) => state?.GetType().Assembly == typeof(OwnScopes).Assembly ? _own.Push(state) : NoScope.Instance;

    private sealed class NoScope : IDisposable
    {
        public static readonly NoScope Instance = new();

        public void Dispose()
        {
        }
    }
}
