using BackupApp.Audit;
using BackupApp.DataSources;
using BackupApp.Restores;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Restores;

/// <summary>A source whose own login may only read, and the second one that restores it.</summary>
[Collection(nameof(BackupsOfOneApp))]
public sealed class RestoreLoginJobTests(JobBench bench)
{
    private readonly string _password = $"restores {Guid.NewGuid():N}";

    [Fact]
    public async Task It_restores_beside_and_in_place_and_undoes_and_nobody_is_told_its_password()
    {
        await bench.RequireAsync();
        var (database, owner, reader) = await DatabaseAsync();
        var source = await AddAsync(database, reader, owner);
        var artifact = await BackUpAsync(source);
        var page = await bench.Client.GetAsync($"/DataSources/{source}/Settings");
        var wizard = await bench.Client.GetAsync($"/Restores/Create?source={source}");
        var edit = await bench.Client.GetAsync($"/DataSources/Edit/{source}");
        await bench.Postgres.ExecuteAsync("TRUNCATE orders", database);
        var beside = bench.Postgres.Drop(TargetNames.Beside(database[..20], DateTimeOffset.UtcNow));

        var copy = await RestoreAsync(source, artifact, "Beside", new() { ["TargetDatabase"] = beside });
        var replaced = await RestoreAsync(source, artifact, "Replace", new() { ["Confirmation"] = database });
        bench.Postgres.Drop(replaced.KeptDatabase ?? "none");

        Assert.Contains("With its login for restores", page, StringComparison.Ordinal);
        Assert.Contains($"with its login for restores ({owner})", wizard, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Success, TargetLogin.RestoreLogin), (copy.Status, copy.Login));
        Assert.True(replaced.Status == RunStatus.Success, $"{replaced.ErrorSummary} {replaced.ToolLog}");
        Assert.Equal((null, null), (copy.TargetCipher, replaced.TargetCipher));
        Assert.Equal((100L, 100L), (await CountAsync(beside), await CountAsync(database)));
        Assert.Equal(owner, await bench.Postgres.ScalarAsync<string>(
            $"SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = '{beside}'"));

        await bench.Client.SubmitAsync($"/Restores/{replaced.Id}", "?handler=Swap", new() { ["Input.Confirmation"] = database });
        var undone = await RestoreForms.ReadAsync(bench.App.Settings, replaced.Id);
        Assert.NotNull(undone.UndoneAt);
        Assert.Equal(0L, await CountAsync(database));
        await bench.Client.SubmitAsync(
            $"/Restores/{replaced.Id}", "?handler=Drop", new() { ["Input.Confirmation"] = undone.KeptDatabase! });
        Assert.NotNull((await RestoreForms.ReadAsync(bench.App.Settings, replaced.Id)).KeptDroppedAt);

        Assert.Contains(await MetadataAsync(source), m => m.Contains("\"restoreLogin\": \"set\"", StringComparison.Ordinal));
        var search = new SecretSearch(new Dictionary<string, string> { ["restore login's password"] = _password });
        Assert.Empty(search.Find("a page", page + wizard + edit));
        Assert.Empty(search.Find("the log", bench.App.Log));
        Assert.Empty(search.Find("the audit log", string.Join('\n', await MetadataAsync(source))));
        Assert.Empty(search.Find("a restore's log", copy.ToolLog + replaced.ToolLog));
    }

    [Fact]
    public async Task Without_it_the_source_says_what_its_login_lacks_and_the_daily_look_finds_it_mended()
    {
        await bench.RequireAsync();
        var (database, owner, reader) = await DatabaseAsync();
        var source = await AddAsync(database, reader, null);

        var page = await bench.Client.GetAsync($"/DataSources/{source}/Settings");

        Assert.Contains(
            "Not ready: grant CREATEDB and grant the rights of the database&#x27;s owner, or add a restore login.",
            page,
            StringComparison.Ordinal);
        Assert.Contains($"/DataSources/Edit/{source}#restore-login", page, StringComparison.Ordinal);
        await bench.Postgres.ExecuteAsync($"GRANT {owner} TO {reader}; ALTER ROLE {reader} CREATEDB");
        await Messages.RunToEndAsync<ReadinessWorker>(bench.App.Settings, worker => worker.LookAsync(source, CancellationToken.None));
        Assert.Contains("With its own login", await bench.Client.GetAsync($"/DataSources/{source}/Settings"), StringComparison.Ordinal);
        Assert.DoesNotContain("Not ready", await bench.Client.GetAsync($"/DataSources/{source}/Settings"), StringComparison.Ordinal);
    }

    private async Task<(string Database, string Owner, string Reader)> DatabaseAsync()
    {
        var database = await bench.Postgres.CreateDatabaseAsync("lent");
        var owner = await bench.Postgres.CreateRoleAsync("owner", _password, "CREATEDB");
        var reader = await bench.Postgres.CreateRoleAsync("reader", "reads", "IN ROLE pg_read_all_data");
        await bench.Postgres.ExecuteAsync($"ALTER DATABASE {database} OWNER TO {owner}");
        await bench.Postgres.ExecuteAsync(
            $"ALTER SCHEMA public OWNER TO {owner}; SET ROLE {owner}; CREATE TABLE orders AS SELECT n FROM generate_series(1, 100) n",
            database);
        return (database, owner, reader);
    }

    private Task<Guid> AddAsync(string database, string reader, string? owner)
    {
        var fields = AppClient.Fields($"lent {Guid.NewGuid():N}", "127.0.0.1", bench.Postgres.Port, database, reader, "reads");
        if (owner is not null)
        {
            fields["Input.RestoreLogin.Username"] = owner;
            fields["Input.RestoreLogin.Password"] = _password;
        }

        return bench.Client.AddSourceAsync(fields);
    }

    private async Task<Guid> BackUpAsync(Guid source)
    {
        var backup = await bench.Client.RunNowAsync(source);
        Assert.Equal("success", (await bench.Client.FinishedAsync(backup)).Status);
        return Assert.Single((await bench.JobAsync(backup)).Artifacts).Id;
    }

    private async Task<RestoreJob> RestoreAsync(Guid source, Guid artifact, string where, Dictionary<string, string> fields) =>
        await RestoreForms.RestoredAsync(bench.App.Settings, await bench.Client.RestoreAsync(source, artifact, where, fields));

    private Task<long> CountAsync(string database) => bench.Postgres.ScalarAsync<long>("SELECT count(*) FROM orders", database);

    private async Task<List<string>> MetadataAsync(Guid source)
    {
        await using var db = bench.Database();
        return await db.Set<AuditEntry>().Where(e => e.TargetId == source && e.Action == AuditActions.DataSourceCredentialsSet)
            .Select(e => e.Metadata!).ToListAsync();
    }
}
