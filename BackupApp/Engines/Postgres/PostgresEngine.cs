namespace BackupApp.Engines.Postgres;

public sealed class PostgresEngine(PostgresConnectionTest test, PostgresConnectStage stage) : IDatabaseEngine
{
    public Engine Engine => Engine.Postgres;

    public Task<ConnectionTestResult> TestAsync(DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken) =>
        test.TestAsync(connection, selection, cancellationToken);

    public Task<ConnectedServer> ConnectAsync(DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken) =>
        stage.ConnectAsync(connection, selection, cancellationToken);
}
