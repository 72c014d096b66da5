using BackupApp.Alerts;
using BackupApp.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Alerts;

public sealed partial class OutboxTests
{
    [Fact]
    public async Task A_receiver_that_does_not_answer_delays_no_other()
    {
        var gate = new TaskCompletionSource();
        using var slow = new TestReceiver { Held = gate.Task };
        await AddChannelAsync("slow", slow);
        await WriteAsync(Samples.Alert());
        using var worker = new AlertWorker(
            _services.GetRequiredService<IServiceScopeFactory>(), _clock, NullLogger<AlertWorker>.Instance);
        await worker.StartAsync(Cancel);
        await LiveUntilAsync(() => slow.Requests.Count > 0, "the slow one is asked");

        await AddChannelAsync("quick");
        await WriteAsync(Samples.Alert());
        // Less than the time that the slow one gets.
        await LiveUntilAsync(() => _receiver.Requests.Count > 0, "the quick one is told", seconds: 10);

        gate.SetResult();
        await worker.StopAsync(Cancel);
    }

    private Task LiveUntilAsync(Func<bool> condition, string what, int seconds = 20) => Until.TrueAsync(
        () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            return condition();
        },
        what, seconds);
}
