using BackupApp.Engines;
using BackupApp.Engines.Postgres.Restores;
using BackupApp.Engines.Restores;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>Whether a login could restore, asked of a real server.</summary>
public sealed class ReadyTests : IAsyncLifetime
{
    private const string Password = "pw";

    private RestoreBench _bench = null!;

    public ValueTask InitializeAsync()
    {
        _bench = new RestoreBench();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _bench?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_login_that_only_reads_is_told_all_that_it_lacks_and_the_commands_mend_it()
    {
        var database = await _bench.Postgres.CreateDatabaseAsync("ready");
        var owner = await _bench.Postgres.CreateRoleAsync("owner", Password, "");
        await _bench.Postgres.ExecuteAsync($"ALTER DATABASE {database} OWNER TO {owner}");
        var reader = await _bench.Postgres.CreateRoleAsync("reader", Password, "");

        var before = await AskAsync(database, reader);

        Assert.Equal((ReadyState.NotReady, "grant CREATEDB and grant the rights of the database's owner"), (before.State, before.ToDo));
        Assert.Contains("may not create databases", before.Reason, StringComparison.Ordinal);
        await _bench.Postgres.ExecuteAsync(before.Fix!);
        Assert.Equal(new RestoreReadiness(ReadyState.Ready), await AskAsync(database, reader));
    }

    [Fact]
    public async Task The_owner_needs_CREATEDB_and_nothing_more()
    {
        var owner = await _bench.Postgres.CreateRoleAsync("owner", Password, "");
        var database = await _bench.Postgres.CreateDatabaseAsync("ready");
        await _bench.Postgres.ExecuteAsync($"ALTER DATABASE {database} OWNER TO {owner}");

        var before = await AskAsync(database, owner);
        await _bench.Postgres.ExecuteAsync($"ALTER ROLE {owner} CREATEDB");

        Assert.Equal((ReadyState.NotReady, "grant CREATEDB"), (before.State, before.ToDo));
        Assert.Equal(ReadyState.Ready, (await AskAsync(database, owner)).State);
    }

    [Fact]
    public async Task Who_may_create_databases_and_does_not_own_this_one_cannot_replace_it()
    {
        var maker = await _bench.Postgres.CreateRoleAsync("maker", Password, "CREATEDB");
        var database = await _bench.Postgres.CreateDatabaseAsync("ready");

        var found = await AskAsync(database, maker);

        Assert.Equal((ReadyState.NotReady, "grant the rights of the database's owner"), (found.State, found.ToDo));
    }

    [Fact]
    public async Task A_superuser_is_ready()
    {
        var database = await _bench.Postgres.CreateDatabaseAsync("ready");

        Assert.Equal(ReadyState.Ready, (await AskAsync(database, null)).State);
        Assert.Equal(ReadyState.Ready, (await AskAsync(database, null, SourceScope.Server)).State);
    }

    [Fact]
    public async Task Sessions_of_other_roles_that_it_may_not_end_are_in_the_way()
    {
        var database = await _bench.Postgres.CreateDatabaseAsync("ready");
        var owner = await _bench.Postgres.CreateRoleAsync("owner", Password, "CREATEDB");
        var application = await _bench.Postgres.CreateRoleAsync("application", Password, "");
        await _bench.Postgres.ExecuteAsync($"ALTER DATABASE {database} OWNER TO {owner}");
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(_bench.Postgres.ConnectionString(database))
        {
            Username = application,
            Password = Password,
        };
        await using var session = new Npgsql.NpgsqlConnection(settings.ConnectionString);
        await session.OpenAsync(TestContext.Current.CancellationToken);

        var found = await AskAsync(database, owner);
        await _bench.Postgres.ExecuteAsync(found.Fix!);

        Assert.Equal((ReadyState.NotReady, "grant pg_signal_backend"), (found.State, found.ToDo));
        Assert.Equal(ReadyState.Ready, (await AskAsync(database, owner)).State);
    }

    [Fact]
    public async Task Of_a_whole_server_each_database_has_to_be_the_logins_to_rename()
    {
        var database = await _bench.Postgres.CreateDatabaseAsync("foreign");
        var maker = await _bench.Postgres.CreateRoleAsync("maker", Password, "CREATEDB");

        var found = await AskAsync("postgres", maker, SourceScope.Server);

        Assert.Equal(ReadyState.NotReady, found.State);
        Assert.StartsWith("Only their owners may rename ", found.Reason, StringComparison.Ordinal);
        Assert.NotEmpty(database);
    }

    [Fact]
    public async Task A_login_that_is_refused_is_not_ready_and_a_server_that_is_away_is_not_known()
    {
        var database = await _bench.Postgres.CreateDatabaseAsync("ready");
        var refused = await _bench.Engine.CheckReadyAsync(
            _bench.Postgres.Connection(database, _bench.Postgres.Superuser, "not the password"), DumpSelection.Everything,
            TestContext.Current.CancellationToken);
        var away = await _bench.Engine.CheckReadyAsync(
            _bench.Postgres.Connection(database) with { Port = 1 }, DumpSelection.Everything, TestContext.Current.CancellationToken);

        Assert.Equal((ReadyState.NotReady, "correct the login"), (refused.State, refused.ToDo));
        Assert.Equal((ReadyState.Unknown, null), (away.State, away.ToDo));
    }

    [Fact]
    public void A_standby_is_no_place_to_restore_to_whoever_logs_in()
    {
        var facts = new TargetFacts { IsSuperuser = true, CreatesDatabases = true, EndsSessions = true, IsStandby = true };

        var found = ReadyChecks.Of(_bench.Postgres.Connection("shop"), SourceScope.Database, facts, []);

        Assert.Equal(ReadyState.Standby, found.State);
    }

    [Fact]
    public void Transactions_that_nobody_ends_are_in_the_way_and_those_of_a_moment_are_not()
    {
        var facts = new TargetFacts
        {
            IsSuperuser = true,
            CreatesDatabases = true,
            EndsSessions = true,
            IsStandby = false,
            Database = new("shop", 1, "owner", true),
            PreparedTransactions = ["old", "new"],
            StuckTransactions = ["old"],
        };

        var found = ReadyChecks.Of(_bench.Postgres.Connection("shop"), SourceScope.Database, facts, []);

        Assert.Equal(
            (ReadyState.NotReady, "end the prepared transactions", "ROLLBACK PREPARED 'old';"), (found.State, found.ToDo, found.Fix));
        Assert.Equal(
            ReadyState.Ready,
            ReadyChecks.Of(_bench.Postgres.Connection("shop"), SourceScope.Database, facts with { StuckTransactions = [] }, []).State);
    }

    /// <param name="role">Null for the server's superuser.</param>
    private Task<RestoreReadiness> AskAsync(string database, string? role, SourceScope scope = SourceScope.Database) =>
        _bench.Engine.CheckReadyAsync(
            _bench.Postgres.Connection(database, role, role is null ? null : Password),
            DumpSelection.Everything with { Scope = scope },
            TestContext.Current.CancellationToken);
}
