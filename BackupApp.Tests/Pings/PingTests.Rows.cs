using BackupApp.Pings;
using BackupApp.Policies;
using BackupApp.Tests.Protection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Pings;

public sealed partial class PingTests
{
    private async Task<(BackupPolicy Policy, Guid Source)> PolicyAsync(PingStyle? style, string more = "")
    {
        var policy = await bench.AddPolicyAsync();
        if (style is { } given)
            await SetAsync(policy, given, more);
        return (policy, await AttachAsync(policy));
    }

    private Task SetAsync(BackupPolicy policy, PingStyle style, string more = "") =>
        EditAsync(policy, new PingInput { Url = Address + more, Style = style });

    private async Task EditAsync(BackupPolicy policy, PingInput ping)
    {
        await using var db = bench.Database();
        var now = await db.Set<BackupPolicy>().AsNoTracking().SingleAsync(p => p.Id == policy.Id, Cancel);
        var input = PolicyInput.From(now);
        input.Ping = ping;
        await bench.Editor(db).UpdateAsync(policy.Id, now.Version, input, Cancel);
    }

    private async Task<Guid> AttachAsync(BackupPolicy policy)
    {
        var source = await bench.AddSourceAsync($"source {Guid.NewGuid():N}");
        await using var db = bench.Database();
        await bench.Attachments(db).AttachAsync(source, policy.Id, enabled: true, priority: 0, Cancel);
        return source;
    }

    private async Task<Guid> RunAsync(
        BackupPolicy policy, Guid source, string status, string? error, int round = 0, string trigger = "schedule")
    {
        var (id, now) = (Guid.CreateVersion7(), bench.Clock.GetUtcNow());
        var (scheduled, finished) = (now.AddSeconds(round), status == "running" ? (DateTimeOffset?)null : now.AddSeconds(3));
        await Rows.ExecuteAsync(
            bench,
            $"""
            insert into backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id, destination_name,
                attachment_id, policy_id, scheduled_for, created_at, started_at, finished_at, bytes_read, bytes_stored, cancel_requested,
                error_summary)
            select {id}, {status}, {trigger}, {source}, 'shop', 'postgres', p.destination_id, 'storage', a.id, p.id, {scheduled}, {now},
                {now}, {finished}, 10, 5, false, {error}
            from backup_policies p join policy_attachments a on a.policy_id = p.id
            where p.id = {policy.Id} and a.data_source_id = {source}
            """);
        return id;
    }

    private async Task FinishAsync(Guid job, string status, string? error)
    {
        var now = bench.Clock.GetUtcNow();
        await Rows.ExecuteAsync(
            bench, $"update backup_jobs set status = {status}, finished_at = {now}, error_summary = {error} where id = {job}");
    }

    private async Task LiveAsync(TimeSpan span, int processes = 1)
    {
        for (var lived = TimeSpan.Zero; lived < span; lived += TimeSpan.FromSeconds(30))
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(30));
            await LookAsync(processes);
        }
    }

    private async Task LookAsync(int processes = 1)
    {
        await Task.WhenAll(Enumerable.Range(0, processes).Select(async _ =>
        {
            await using var scope = _services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<PingLook>().RunAsync(Cancel);
        }));
        await Task.WhenAll(Enumerable.Range(0, processes).Select(_ => SendAsync()));
    }

    private async Task SendAsync()
    {
        await using var scope = _services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<PingSender>().SendDueAsync(Cancel);
    }

    private async Task<PingView?> ViewAsync(Guid id)
    {
        await using var db = bench.Database();
        return await bench.Pings(db).FindAsync(id, Cancel);
    }

    private sealed class StateOfAll : IInstallationState
    {
        public InstallationState? State { get; set; } = new(true, "3 data sources are watched");

        public Task<InstallationState> ReadAsync(CancellationToken cancellationToken) =>
            Task.FromResult(State ?? throw new InvalidOperationException("The database is away."));
    }
}
