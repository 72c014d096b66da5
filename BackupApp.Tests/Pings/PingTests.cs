using BackupApp.Alerts;
using BackupApp.Errors;
using BackupApp.Network;
using BackupApp.Pings;
using BackupApp.Tests.Alerts;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Pings;

/// <summary>Pings from real rows to a real receiver, with a clock of its own. No job, no worker and no Hangfire is there.</summary>
public sealed partial class PingTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private readonly TestReceiver _receiver = new();
    private readonly AlertHttp _http = new(Options.Create(new NetworkOptions()));
    private readonly StateOfAll _all = new();
    private ServiceProvider _services = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Address => $"{_receiver.Address}ping/secret";

    public async ValueTask InitializeAsync()
    {
        await bench.RequireAsync();
        var services = new ServiceCollection();
        services.AddScoped(_ => bench.Database());
        services.AddSingleton<TimeProvider>(bench.Clock);
        services.AddSingleton(bench.Secrets);
        services.AddSingleton(_http);
        services.AddSingleton<IInstallationState>(_all);
        services.AddScoped<PingLook>();
        services.AddScoped<PingSender>();
        services.AddLogging();
        _services = services.BuildServiceProvider();
        await using var db = bench.Database();
        await db.Set<PingTarget>().ExecuteDeleteAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _receiver.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task A_round_is_told_once_whatever_the_number_of_processes()
    {
        var (policy, shop) = await PolicyAsync(PingStyle.Healthchecks);
        var job = await RunAsync(policy, shop, "running", null);
        await LookAsync(processes: 3);
        await LookAsync();
        Assert.EndsWith("/ping/secret/start", Assert.Single(_receiver.Requests).Path, StringComparison.Ordinal);

        bench.Clock.Advance(TimeSpan.FromSeconds(83));
        await FinishAsync(job, "success", null);
        await LookAsync(processes: 3);
        bench.Clock.Advance(TimeSpan.FromHours(3));
        await LookAsync();

        Assert.Equal(["/ping/secret/start", "/ping/secret"], _receiver.Requests.Select(r => r.Path));
        Assert.Equal("The backup succeeded in 83 s", _receiver.Requests[1].Body);
        var last = (await ViewAsync(policy.Id))!.Last!;
        Assert.Equal((PingState.Success, true, "HTTP 200 thank you"), (last.State, last.Ok, last.Answer));
    }

    [Fact]
    public async Task A_failure_is_told_with_its_first_line_while_others_still_run()
    {
        var (policy, shop) = await PolicyAsync(PingStyle.Healthchecks);
        var crm = await AttachAsync(policy);
        await RunAsync(policy, crm, "running", null);
        bench.Clock.Advance(TimeSpan.FromSeconds(5));
        await RunAsync(policy, shop, "failed", "The password was refused.\nDETAIL: more", round: -5);

        await LookAsync();
        await LookAsync();

        var request = Assert.Single(_receiver.Requests);
        Assert.Equal("/ping/secret/fail", request.Path);
        Assert.EndsWith(": The password was refused.", request.Body, StringComparison.Ordinal);
        Assert.StartsWith("1 of 2 backups failed after ", request.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_by_hand_and_those_before_the_ping_was_set_are_not_told()
    {
        var (policy, shop) = await PolicyAsync(null);
        await RunAsync(policy, shop, "success", null);
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        await SetAsync(policy, PingStyle.Healthchecks);
        await RunAsync(policy, shop, "failed", "x", trigger: "manual");
        bench.Clock.Advance(TimeSpan.FromMinutes(1));

        await LookAsync();

        Assert.Empty(_receiver.Requests);
    }

    [Fact]
    public async Task A_monitor_that_is_down_gets_it_once_it_is_back_and_the_policy_shows_it()
    {
        var (policy, shop) = await PolicyAsync(PingStyle.Get);
        await RunAsync(policy, shop, "success", null);
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        _receiver.Status = 503;
        await LookAsync();
        var shown = (await ViewAsync(policy.Id))!.Last!;
        Assert.Equal((false, false, "HTTP 503 thank you"), (shown.Ok, shown.IsOver, shown.Answer));

        await LiveAsync(TimeSpan.FromMinutes(20));
        (_receiver.Status, var before) = (200, _receiver.Requests.Count);
        await LiveAsync(TimeSpan.FromMinutes(20));

        Assert.InRange(before, 4, 8);
        Assert.Equal(before + 1, _receiver.Requests.Count);
        Assert.True((await ViewAsync(policy.Id))!.Last!.Ok);
    }

    [Fact]
    public async Task A_newer_end_makes_an_older_one_that_was_not_taken_needless()
    {
        var (policy, shop) = await PolicyAsync(PingStyle.Healthchecks);
        _receiver.Status = 500;
        await RunAsync(policy, shop, "failed", "x");
        await LookAsync();
        bench.Clock.Advance(TimeSpan.FromMinutes(5));
        await RunAsync(policy, shop, "success", null);
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        _receiver.Status = 200;
        await LookAsync();
        await LiveAsync(TimeSpan.FromMinutes(30));

        Assert.Equal(["/ping/secret/fail", "/ping/secret"], _receiver.Requests.Select(r => r.Path));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("/{up}", "/ping/secret/down")]
    [InlineData("/{state}", "/ping/secret/fail")]
    public async Task An_address_without_a_place_for_it_hears_of_no_failure(string more, string expected)
    {
        var (policy, shop) = await PolicyAsync(PingStyle.Get, more);
        await RunAsync(policy, shop, "failed", "x");
        bench.Clock.Advance(TimeSpan.FromMinutes(1));

        await LookAsync();

        Assert.Equal(expected, string.Join(' ', _receiver.Requests.Select(r => r.Path)));
    }

    [Fact]
    public async Task The_installation_is_told_every_five_minutes_by_one_process()
    {
        await using (var db = bench.Database())
            await bench.Pings(db).SetInstallationAsync(new PingInput { Url = Address }, Cancel);
        await LookAsync(processes: 3);
        _all.State = new InstallationState(false, "1 of 3 data sources: shop is overdue");
        await LiveAsync(TimeSpan.FromMinutes(6), processes: 2);

        Assert.Equal(["/ping/secret", "/ping/secret/fail"], _receiver.Requests.Select(r => r.Path));
        Assert.Equal("1 of 3 data sources: shop is overdue", _receiver.Requests[1].Body);
    }

    [Fact]
    public async Task A_state_that_cannot_be_read_says_nothing_and_silences_no_policy()
    {
        await using (var db = bench.Database())
            await bench.Pings(db).SetInstallationAsync(new PingInput { Url = Address }, Cancel);
        var (policy, shop) = await PolicyAsync(PingStyle.Get);
        await RunAsync(policy, shop, "success", null);
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        _all.State = null;

        await Assert.ThrowsAsync<InvalidOperationException>(() => LookAsync());
        await SendAsync();

        Assert.Single(_receiver.Requests);
    }

    [Fact]
    public async Task The_address_is_write_only_and_a_refused_host_is_never_called()
    {
        var (policy, shop) = await PolicyAsync(null);
        await EditAsync(policy, new PingInput { Url = "http://169.254.169.254/latest/very-secret" });
        Assert.Equal("http://169.254.169.254/…", (await ViewAsync(policy.Id))!.Url);
        // As it was read it stays.
        await EditAsync(policy, new PingInput { Url = "http://169.254.169.254/…", Style = PingStyle.Post });
        await RunAsync(policy, shop, "success", null);
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        await LookAsync();

        Assert.Contains("link-local", (await ViewAsync(policy.Id))!.Last!.Answer, StringComparison.Ordinal);
        await using var db = bench.Database();
        var rows = await db.Database.SqlQuery<string>(
            $"""
            select (select string_agg(t::text, ' ') from ping_targets t) || (select string_agg(p::text, ' ') from pings p)
                || (select string_agg(a::text, ' ') from audit_log a) as "Value"
            """).SingleAsync(Cancel);
        Assert.DoesNotContain("very-secret", rows, StringComparison.Ordinal);
        Assert.Equal(
            ["ping.set", "ping.set"],
            (await bench.AuditAsync(policy.Id)).Select(a => a.Action).Where(a => a.StartsWith("ping.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Wrong_addresses_are_problems_of_their_field_and_removing_is_audited()
    {
        var (policy, _) = await PolicyAsync(PingStyle.Get);
        var wrong = await Assert.ThrowsAsync<InvalidInputException>(() => EditAsync(policy, new PingInput { Url = "nowhere" }));
        Assert.Equal("Ping.Url", Assert.Single(wrong.Problems).Key);

        await EditAsync(policy, new PingInput { Removes = true });

        Assert.Null(await ViewAsync(policy.Id));
        Assert.Contains("ping.removed", (await bench.AuditAsync(policy.Id)).Select(a => a.Action));
    }
}
