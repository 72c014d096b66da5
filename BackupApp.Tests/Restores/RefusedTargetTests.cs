using System.Net;
using BackupApp.Audit;
using BackupApp.Errors;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Npgsql;

namespace BackupApp.Tests.Restores;

/// <summary>Targets that must not be restored to, or only by somebody who says which.</summary>
[Collection(nameof(RunsOfOneApp))]
public sealed class RefusedTargetTests(JobBench bench)
{
    [Fact]
    public async Task The_applications_own_database_is_refused_by_the_check_and_by_the_worker()
    {
        await bench.RequireAsync();
        var server = RestoreServer.Of(bench.Postgres);
        var database = await ChangedDatabase.MakeAsync(bench.App.Settings, bench.Client, server);
        var own = new NpgsqlConnectionStringBuilder(bench.App.Settings.ConnectionString).Database!;
        Dictionary<string, string> fields = new() { ["TargetUri"] = server.Uri(own), ["Confirmation"] = own };

        var check = WebUtility.HtmlDecode(await bench.Client.CheckAsync(database.Source, database.Artifact, "Into", fields));
        var job = await RestoreForms.RestoredAsync(
            bench.App.Settings, await bench.Client.RestoreAsync(database.Source, database.Artifact, "Into", fields));

        Assert.Contains("keeps its own data", check, StringComparison.Ordinal);
        Assert.DoesNotContain("Restore into", check, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Failed, RunStage.Connect, "own_database"), (job.Status, job.ErrorStage, job.ErrorCode));
        Assert.Equal(
            [AuditActions.RestoreCreated, AuditActions.RestoreStarted, AuditActions.RestoreFailed],
            await JobBench.AuditAsync(bench.App.Settings, job.Id));
        Assert.Equal(0L, await server.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relname = 'waits'", own));
        await database.DropAsync();
    }

    [Fact]
    public async Task Another_sources_database_is_named_and_taken_only_from_whoever_types_its_name()
    {
        await bench.RequireAsync();
        var server = RestoreServer.Of(bench.Postgres);
        var database = await ChangedDatabase.MakeAsync(bench.App.Settings, bench.Client, server);
        var other = await bench.Postgres.CreateDatabaseAsync("other");
        var name = $"the others {Guid.NewGuid():N}";
        await bench.Client.AddSourceAsync(name, "127.0.0.1", server.Port, other, server.User, server.Password);
        Dictionary<string, string> fields = new() { ["TargetUri"] = server.Uri(other) };

        var check = WebUtility.HtmlDecode(await bench.Client.CheckAsync(database.Source, database.Artifact, "Into", fields));
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => bench.Client.RestoreAsync(database.Source, database.Artifact, "Into", fields));
        var job = await RestoreForms.RestoredAsync(bench.App.Settings, await bench.Client.RestoreAsync(
            database.Source, database.Artifact, "Into", new(fields) { ["Confirmation"] = other }));

        Assert.Contains($"is the database of the data source {name}", check, StringComparison.Ordinal);
        Assert.Contains($"the data source {name}. Type its name", refused.Message, StringComparison.Ordinal);
        Assert.True(job.Status == RunStatus.Success, $"{job.Status} {job.ErrorSummary}");
        Assert.Equal(ChangedDatabase.RowsThen, await database.RowsAsync(other));
        await database.DropAsync();
    }
}
