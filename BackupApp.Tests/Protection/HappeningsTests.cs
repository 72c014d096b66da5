using System.Security.Cryptography;
using BackupApp.Accounts.People;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Protection;
using BackupApp.Tests.Policies;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Protection;

/// <summary>What is told beside the states of sources: restores that ended, who may sign in, and BackupApp's own troubles.</summary>
public sealed class HappeningsTests : IAsyncLifetime
{
    private readonly PolicyBench _bench = new();

    // As the database's: the audit log and the queue go by that.
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    private int _restores;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _bench.RequireAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_restore_is_told_once_with_what_became_of_it_and_the_labels_of_its_source()
    {
        var source = await Rows.AttachedAsync(_bench);
        await Rows.ExecuteAsync(_bench, $"update data_sources set labels = '{{\"team\": \"shop\"}}' where id = {source}");
        await RestoreAsync(source, "success");
        await RestoreAsync(source, "failed");
        await RestoreAsync(source, "canceled");
        await RestoreAsync(source, "running");

        var told = await TakeAsync();

        Assert.Equal([IncidentKind.RestoreFailed, IncidentKind.RestoreEnded], told.Select(i => i.Kind).OrderBy(k => k));
        Assert.All(told, i => Assert.Equal(["team=shop"], i.Labels));
        Assert.All(told, i => Assert.NotNull(i.EndedAt));
        Assert.Contains(told, i => i.Reason.EndsWith(
            "could not be restored to copy at db2:5432, asked for by ann: it broke", StringComparison.Ordinal));
        Assert.Contains(told, i => i.Reason.Contains("was restored to copy at db2:5432, asked for by ann.", StringComparison.Ordinal));
        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task A_new_administrator_and_a_second_factor_that_is_gone_are_told_and_nothing_less()
    {
        await AuditAsync(AuditActions.UserRoleChanged, "ann@example.com", new { from = "viewer", to = "administrator" });
        await AuditAsync(AuditActions.UserRoleChanged, "bob@example.com", new { from = "administrator", to = "viewer" });
        await AuditAsync(AuditActions.UserTwoFactorChanged, "cid@example.com", new { enabled = false });
        await AuditAsync(AuditActions.UserTwoFactorChanged, "dan@example.com", new { enabled = true });
        await AuditAsync(AuditActions.UserTwoFactorChanged, "eve@example.com", new { recoveryCodes = "renewed" });
        await AuditAsync(AuditActions.UserCreated, "fay@example.com", new { role = "operator" });
        await AuditAsync(AuditActions.UserCreated, "guy@example.com", new { role = "administrator" });

        var told = (await TakeAsync()).Where(i => i.Kind == IncidentKind.SignInSecurity).ToList();

        Assert.Equal(["ann@example.com", "cid@example.com", "guy@example.com"], told.Select(i => i.Name).Order());
        Assert.Contains(
            told, i => i.Reason == $"ann@example.com was made an administrator, by {PolicyBench.Operator.Name}.");
        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task Many_wrong_passwords_and_closed_accounts_are_one_trouble_until_they_stop()
    {
        await using var db = _bench.Database();
        var troubles = new SignInTroubles(db, _clock);
        for (var n = 1; n < SignInTroubles.Many; n++)
            await AuditAsync(AuditActions.UserSignInFailed, "ann@example.com", new { reason = "wrong_password" });
        Assert.Empty(await troubles.FindAsync(Cancel));

        await AuditAsync(AuditActions.UserSignInFailed, "ann@example.com", new { reason = "wrong_password" });
        Assert.StartsWith(
            "25 sign-ins failed within an hour", Assert.Single(await troubles.FindAsync(Cancel)).Reason, StringComparison.Ordinal);

        var user = Guid.CreateVersion7();
        db.Add(new AppUser { Id = user, UserName = "bob@example.com", Email = "bob@example.com" });
        await db.SaveChangesAsync(Cancel);
        await Rows.ExecuteAsync(
            _bench, $"insert into sign_in_failures (user_id, place, count, last_at) values ({user}, 'network/1', 5, {_clock.GetUtcNow()})");
        Assert.EndsWith(
            "the account of bob@example.com is closed to where they came from.",
            Assert.Single(await troubles.FindAsync(Cancel)).Reason, StringComparison.Ordinal);

        _clock.Advance(TimeSpan.FromMinutes(70));
        Assert.Empty(await troubles.FindAsync(Cancel));
    }

    [Fact]
    public async Task Jobs_that_wait_while_none_runs_are_a_dead_queue()
    {
        var source = await Rows.AttachedAsync(_bench);
        Assert.DoesNotContain(IncidentKind.QueueDead, await OwnAsync());
        var waiting = await Rows.JobAsync(_bench, source, "queued", _clock.GetUtcNow().AddMinutes(-9));
        Assert.DoesNotContain(IncidentKind.QueueDead, await OwnAsync());

        await Rows.ExecuteAsync(_bench, $"update backup_jobs set created_at = now() - interval '11 minutes' where id = {waiting}");
        Assert.Contains(IncidentKind.QueueDead, await OwnAsync());

        // What waits while something runs waits for its turn.
        await Rows.JobAsync(_bench, source, "running", _clock.GetUtcNow().AddMinutes(-30));
        Assert.DoesNotContain(IncidentKind.QueueDead, await OwnAsync());
    }

    [Fact]
    public async Task A_master_key_that_does_not_open_the_ring_any_more_is_told_before_the_next_start()
    {
        var folder = Directory.CreateTempSubdirectory("backupapp-key-").FullName;
        var file = Path.Combine(folder, "key");
        await File.WriteAllTextAsync(file, Convert.ToBase64String(new byte[32]), Cancel);
        Assert.Null(await KeyAsync(file));

        await File.WriteAllTextAsync(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), Cancel);
        Assert.Contains("does not open this database's key ring", await KeyAsync(file), StringComparison.Ordinal);
        File.Delete(file);
        Assert.Contains("cannot be read", await KeyAsync(file), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    private async Task<string?> KeyAsync(string file)
    {
        var settings = new Dictionary<string, string?>
        {
            ["BackupApp:MasterKeyFile"] = file,
            ["ConnectionStrings:BackupApp"] = "Host=elsewhere",
        };
        await using var db = _bench.Database();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var found = await new MasterKeyTroubles(db, configuration, new DataDirectory(Path.GetTempPath())).FindAsync(Cancel);
        return found.SingleOrDefault()?.Reason;
    }

    private async Task<IReadOnlyList<IncidentKind>> OwnAsync()
    {
        await using var db = _bench.Database();
        var found = await new QueueTroubles(db).FindAsync(Cancel);
        return [.. found.Select(t => t.Kind)];
    }

    private async Task<List<Incident>> TakeAsync()
    {
        await using var db = _bench.Database();
        await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
        var happenings = new Happenings(db, Rounds.Guard(db), [new RestoreHappenings(db), new AccountHappenings(db)]);
        var notices = await happenings.TakeAsync(_clock.GetUtcNow(), Cancel);
        await db.SaveChangesAsync(Cancel);
        await transaction.CommitAsync(Cancel);
        Assert.All(notices, n => Assert.Equal(NoticeKind.Event, n.Kind));
        return [.. notices.Select(n => n.Incident)];
    }

    private async Task AuditAsync(string action, string user, object metadata)
    {
        await using var db = _bench.Database();
        PolicyBench.Log(db).Record(action, new AuditTarget("user", Guid.CreateVersion7(), user), metadata);
        await db.SaveChangesAsync(Cancel);
    }

    private async Task RestoreAsync(Guid source, string status)
    {
        var (now, id) = (_clock.GetUtcNow(), Guid.CreateVersion7());
        var finished = status == "running" ? (DateTimeOffset?)null : now;
        var job = await Rows.GoodAsync(_bench, source, now.AddHours(-3 - _restores++));
        await Rows.PartsAsync(_bench, job, ("shop", true));
        var nothing = "{}";
        await Rows.ExecuteAsync(
            _bench,
            $"""
            insert into restore_jobs (id, status, trigger, mode, data_source_id, data_source_name, engine, source_backup_id, artifact_id,
                backup_database, backup_taken_at, login, target_ref, target_host, target_port, target_database, selection,
                go_on_past_errors, swap_partial, expected_read, marks, in_place, cancel_requested, bytes_read, bytes_stored, created_at,
                started_at, finished_at, requested_by, error_summary)
            select {id}, {status}, 'manual', 'new_database', {source}, 'source', 'postgres', {job}, a.id,
                'shop', {now}, 'source', '', 'db2', 5432, 'copy', {nothing}::jsonb,
                false, false, 0, {nothing}::jsonb, false, false, 0, 0, {now}, {now}, {finished}, 'ann', 'it broke'
            from backup_artifacts a where a.job_id = {job}
            """);
    }
}
