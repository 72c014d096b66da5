namespace BackupApp.Tests.Support;

/// <summary>A place where whoever comes waits until it is opened.</summary>
public sealed class Gate
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Reached => _reached.Task.WaitAsync(TimeSpan.FromSeconds(60));

    public void Release() => _open.TrySetResult();

    public Task PassAsync()
    {
        _reached.TrySetResult();
        return _open.Task;
    }

    /// <summary>Holds requests of that kind, by method and target, on their way through the proxy.</summary>
    public static Gate Hold(FaultyProxy proxy, Func<string, string, bool> which)
    {
        var gate = new Gate();
        proxy.Decide = async (method, target) =>
        {
            if (which(method, target))
                await gate.PassAsync();
            return Fault.None;
        };
        return gate;
    }
}
