using BackupApp.Data;
using BackupApp.Hosting;
using Hangfire.PostgreSql;

namespace BackupApp.Tests.Support;

/// <summary>Hangfire's tables, where and as the application has them.</summary>
internal static class QueueTables
{
    public static PostgreSqlStorageOptions Options() => new()
    {
        SchemaName = DatabaseStartup.HangfireSchema,
        PrepareSchemaIfNecessary = false,
        EnableLongPolling = false,
    };

    /// <param name="connectionString">Without a pool it leaves nothing behind.</param>
    public static QueueStorage Open(
        string connectionString, PostgreSqlStorageOptions? options = null, TimeSpan? longestPause = null) =>
        new(OwnConnections.CreatePool(connectionString, longestPause), options ?? Options());
}
