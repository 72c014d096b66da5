using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Engines.Postgres.Restores;
using BackupApp.Engines.Restores;
using BackupApp.Network;
using BackupApp.Tests.Support;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>Dumps and restores between databases of the tests' server, without the app around them.</summary>
public sealed class RestoreBench : IAsyncDisposable
{
    public TestPostgres Postgres { get; } = TestPostgres.Require();

    public PostgresRestore Engine { get; } = Make();

    /// <param name="own">Which database counts as the application's own; null for none.</param>
    public static PostgresRestore Make(Func<CancellationToken, Task<NpgsqlConnection>>? own = null)
    {
        var connector = new PostgresConnector(Options.Create(new NetworkOptions()));
        var tools = new PgTools([]);
        var probe = new OwnDatabaseProbe(own ?? (_ => throw new NpgsqlException("There is none.")));
        return new(new PostgresLogin(connector, tools, probe), connector, tools, Path.GetTempPath(), TimeProvider.System);
    }

    /// <summary>A database with this in it, and what pg_dump writes of it.</summary>
    public async Task<(string Name, byte[] Dump)> SourceAsync(string sql, string options = "")
    {
        var name = await Postgres.CreateDatabaseAsync("source", sql);
        return (name, await DumpAsync(name, options));
    }

    public async Task<byte[]> DumpAsync(string database, string options = "")
    {
        var file = Path.GetTempFileName();
        var environment = new Dictionary<string, string>(Postgres.ToolEnvironment) { ["PGDATABASE"] = database };
        var (code, output) = await Shell.RunAsync(
            "bash", ["-c", $"set -o pipefail; pg_dump -Fc -Z0 {options} | cat > \"$1\"", "bash", file], environment);
        Assert.Equal((0, ""), (code, output));
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        File.Delete(file);
        return bytes;
    }

    /// <param name="database">The name to have in the end; it is dropped with the bench.</param>
    public RestoreOrder Order(
        string database, RestoreMode mode = RestoreMode.NewDatabase, string? login = null, string? password = null) => new(
        Guid.NewGuid(),
        mode,
        Postgres.Connection(mode == RestoreMode.NewDatabase ? "postgres" : database, login, password),
        mode == RestoreMode.NewDatabase ? Postgres.Drop(database) : database,
        new DumpedDatabase(ArtifactKind.Database, "source", null));

    public string NewName() => Postgres.Drop($"restored_{Guid.NewGuid():N}");

    public Task<RestoreReport> RestoreAsync(RestoreOrder order, IRestoreSteps steps) =>
        Engine.RestoreAsync(order, steps, TestContext.Current.CancellationToken);

    /// <summary>All databases of the server whose names begin like this one's.</summary>
    public async Task<IReadOnlyList<string>> DatabasesLikeAsync(string name)
    {
        var beginning = name[..Math.Min(18, name.Length)];
        var all = await Postgres.ScalarAsync<string[]>("SELECT array_agg(datname::text ORDER BY datname) FROM pg_database");
        return [.. all!.Where(d => d.StartsWith(beginning, StringComparison.Ordinal))];
    }

    public Task<(string Schema, string Content)> DescribeAsync(string database) =>
        DatabaseContent.DescribeAsync(Postgres.ToolEnvironment, database);

    public ValueTask DisposeAsync() => Postgres.DisposeAsync();
}
