namespace BackupApp.Engines.Postgres;

public sealed class PostgresEngine(PostgresConnectionTest test, PostgresConnectStage stage, PostgresConnector connector, TimeProvider time) : IDatabaseEngine
{
    public Engine Engine => Engine.Postgres;

    public Task<ConnectionTestResult> TestAsync(DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken) =>
        test.TestAsync(connection, selection, cancellationToken);

    /// <summary>Whoever gives an authority wants it asked: then only modes that do.</summary>
    public IReadOnlyList<TlsMode> TlsModes(DatabaseConnection connection)
    {
        TlsMode[] modes = string.IsNullOrWhiteSpace(connection.Secrets.CaCertificatePem)
            ? [TlsMode.VerifyFull, TlsMode.Require, TlsMode.Prefer]
            : [TlsMode.VerifyFull, TlsMode.VerifyCa];
        return [.. modes.Where(mode => PostgresSecurity.Problem(connection.Security with { Mode = mode }) is null)];
    }

    public Task<ConnectedServer> ConnectAsync(DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken) =>
        stage.ConnectAsync(connection, cancellationToken);

    public async Task<IToolWatch> WatchAsync(DatabaseConnection connection, ConnectedServer server, ToolCommand command, CancellationToken cancellationToken)
    {
        var mustLogIn = connection.GuardsPassword() && !await PgLibrary.KnowsRequireAuthAsync(command.Program, cancellationToken);
        return await PostgresToolWatch.StartAsync(connector, connection, server, command.ApplicationName ?? "", mustLogIn, time, cancellationToken);
    }
}
