using BackupApp.Engines.Postgres.Restores;
using BackupApp.Restores;
using BackupApp.Tests.Support;
using Npgsql;

namespace BackupApp.Tests.Restores;

/// <summary>A server with databases to restore in place of, as its superuser sees it.</summary>
/// <param name="ConnectionString">To a database of this name.</param>
public sealed record RestoreServer(Func<string, string> ConnectionString, int Port, string User, string Password)
{
    public static RestoreServer Of(TestPostgres postgres) =>
        new(postgres.ConnectionString, postgres.Port, postgres.Superuser, postgres.SuperuserPassword);

    public static RestoreServer Of(TestCluster cluster) => new(
        database => new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = database }.ConnectionString,
        cluster.Port,
        TestCluster.Superuser,
        TestCluster.SuperuserPassword);

    public string Uri(string database, string? password = null) =>
        $"postgres://{User}:{System.Uri.EscapeDataString(password ?? Password)}@127.0.0.1:{Port}/{System.Uri.EscapeDataString(database)}";

    public async Task<NpgsqlConnection> OpenAsync(string database = "postgres")
    {
        var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    public async Task<T?> ScalarAsync<T>(string sql, string database = "postgres")
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 180 };
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is T value ? value : default;
    }

    public Task ExecuteAsync(string sql, string database = "postgres") => ScalarAsync<object>(sql, database);
}

/// <summary>
/// A database that was backed up and has changed since, so that nobody takes what was restored for what was there. One of its tables
/// is not filled while the database's comment says <c>hold</c>.
/// </summary>
public sealed class ChangedDatabase
{
    public const long RowsThen = 20_000;
    public const long RowsNow = 12_345;

    private ChangedDatabase(RestoreServer server, string name, Guid source, Guid artifact, long oid) =>
        (Server, Name, Source, Artifact, Oid) = (server, name, source, artifact, oid);

    public RestoreServer Server { get; }

    public string Name { get; }

    public Guid Source { get; }

    public Guid Artifact { get; }

    /// <summary>Of the database that was there before any restore.</summary>
    public long Oid { get; }

    /// <param name="options">Of CREATE DATABASE.</param>
    /// <param name="more">Statements that are run in it before it is backed up.</param>
    public static async Task<ChangedDatabase> MakeAsync(
        AppSettings settings, AppClient client, RestoreServer server, Guid? destination = null, string options = "",
        string more = "")
    {
        var name = $"changed_{Guid.NewGuid():N}";
        await server.ExecuteAsync($"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' {options}");
        await server.ExecuteAsync($"{Sql(name)}; {more}", name);
        var source = await client.AddSourceAsync($"source {name}", "127.0.0.1", server.Port, name, server.User, server.Password);
        var backup = await client.RunNowAsync(source, destination);
        var ended = await client.FinishedAsync(backup);
        Assert.True(ended.Status == "success", $"{ended.Status}: {ended.ErrorSummary}");
        var artifact = Assert.Single((await JobBench.JobAsync(settings, backup)).Artifacts).Id;
        await server.ExecuteAsync($"DELETE FROM orders WHERE n > {RowsNow}", name);
        return new(server, name, source, artifact, await OidAsync(server, name));
    }

    public string HalfMade(Guid restore) => RestoreNames.Restoring(Name, restore);

    public Task HoldAsync(bool holds) => Server.ExecuteAsync($"COMMENT ON DATABASE {Name} IS {(holds ? "'hold'" : "NULL")}");

    public Task<long> RowsAsync(string? database = null) => Server.ScalarAsync<long>("SELECT count(*) FROM orders", database ?? Name);

    /// <summary>The name that the database from before has now; null where it is gone.</summary>
    public Task<string?> CalledAsync() => Server.ScalarAsync<string>($"SELECT datname::text FROM pg_database WHERE oid = {Oid}");

    /// <summary>Under its own name, whole, open to everybody; and nothing else is there.</summary>
    public async Task AssertAsBeforeAsync()
    {
        Assert.Equal((Oid, RowsNow), (await OidAsync(Server, Name), await RowsAsync()));
        Assert.Equal([Name], await NamesAsync());
    }

    /// <summary>What was restored has the name, and what was there is whole under the name that the job says.</summary>
    public async Task AssertReplacedAsync(RestoreJob job)
    {
        Assert.Equal(Oid, await OidAsync(Server, job.KeptDatabase!));
        Assert.Equal((RowsThen, RowsNow), (await RowsAsync(), await RowsAsync(job.KeptDatabase)));
        Assert.Equal([Name, job.KeptDatabase!], await NamesAsync());
    }

    /// <summary>Every database that is called like it.</summary>
    public async Task<string[]> NamesAsync() => await Server.ScalarAsync<string[]>(
        $"SELECT array_agg(datname::text ORDER BY datname::text COLLATE \"C\") FROM pg_database WHERE datname LIKE '{Name[..25]}%'") ?? [];

    public async Task DropAsync()
    {
        foreach (var name in await NamesAsync())
            await Server.ExecuteAsync($"DROP DATABASE {TestPostgres.Quote(name)} WITH (FORCE)");
    }

    private static Task<long> OidAsync(RestoreServer server, string name) =>
        server.ScalarAsync<long>($"SELECT oid::bigint FROM pg_database WHERE datname = '{name}'");

    private static string Sql(string name) => $"""
        CREATE FUNCTION wait() RETURNS bool LANGUAGE plpgsql AS $$ BEGIN
            WHILE current_database() LIKE '%_restoring_%' AND EXISTS (
                SELECT FROM pg_database WHERE datname = '{name}' AND shobj_description(oid, 'pg_database') = 'hold')
            LOOP PERFORM pg_sleep(0.05); END LOOP;
            RETURN true;
        END $$;
        CREATE TABLE orders AS SELECT n, 'row ' || n AS text FROM generate_series(1, {RowsThen}) n;
        CREATE TABLE waits (a int CHECK (public.wait()));
        INSERT INTO waits VALUES (1)
        """;
}
