using BackupApp.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace BackupApp.Tests.Support;

/// <summary>
/// A database with the application's tables as this build makes them, which tests copy: that takes a tenth of the time
/// of making them anew. It is made once for each build by whichever process comes first, and stays on the tests' server.
/// </summary>
internal static class MigratedTemplate
{
    // Any number will do; it only has to be the same in every process.
    private const long TemplateLock = 0x74656d706c617465;

    private static readonly Lazy<Task<string>> Made = new(MakeAsync);

    public static Task<string> NameAsync() => Made.Value;

    private static async Task<string> MakeAsync()
    {
        var postgres = TestPostgres.Require();
        var name = $"migrated_{typeof(AppDbContext).Module.ModuleVersionId:N}";
        await using var gate = await postgres.OpenAsync();
        await using (var wait = new NpgsqlCommand($"select pg_advisory_lock({TemplateLock})", gate) { CommandTimeout = 0 })
            await wait.ExecuteNonQueryAsync();
        if (await postgres.ScalarAsync<bool>($"select exists (select from pg_database where datname = '{name}')"))
            return name;

        // Under another name until it is whole: a process that dies here leaves nothing that looks finished.
        var unfinished = $"{name}_{Guid.NewGuid():N}"[..63];
        await postgres.ExecuteAsync($"CREATE DATABASE {TestPostgres.Quote(unfinished)} TEMPLATE template0 ENCODING 'UTF8'");
        var connectionString = postgres.ConnectionString(unfinished);
        await using (var db = new AppDbContext(new DbContextOptionsBuilder<AppDbContext>().UseNpgsql(connectionString).Options))
            await new DatabaseStartup(connectionString, TimeProvider.System, NullLogger.Instance)
                .RunAsync(db, () => Task.CompletedTask, CancellationToken.None);
        await postgres.ExecuteAsync($"ALTER DATABASE {TestPostgres.Quote(unfinished)} RENAME TO {TestPostgres.Quote(name)}");
        return name;
    }
}
