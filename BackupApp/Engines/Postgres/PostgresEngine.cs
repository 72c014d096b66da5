using BackupApp.Engines.Postgres.Restores;
using BackupApp.Engines.Restores;
using BackupApp.Tools;

namespace BackupApp.Engines.Postgres;

/// <summary>PostgreSQL: the parts of this folder behind one door.</summary>
public sealed class PostgresEngine(
    PostgresConnectionTest test,
    PostgresConnectStage stage,
    PgDump dump,
    PostgresDatabases databases,
    PostgresConnector connector,
    PostgresRestore restore,
    TimeProvider time)
    : IEngine
{
    public Engine Kind => Engine.Postgres;

    public IEngineForm Form { get; } = new PostgresForm();

    public string RestoreAdvice => PgRestoreText.Advice;

    public IEngineRestore Restore => restore;

    public Task<ConnectionTestResult> TestAsync(
        DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken) =>
        test.TestAsync(connection, selection, cancellationToken);

    /// <summary>Whoever gives an authority wants it asked: then only modes that do.</summary>
    public IReadOnlyList<TlsMode> TlsModes(DatabaseConnection connection)
    {
        TlsMode[] modes = string.IsNullOrWhiteSpace(connection.Secrets.CaCertificatePem)
            ? [TlsMode.VerifyFull, TlsMode.Require, TlsMode.Prefer]
            : [TlsMode.VerifyFull, TlsMode.VerifyCa];
        return [.. modes.Where(mode => PostgresSecurity.Problem(connection.Security with { Mode = mode }) is null)];
    }

    public async Task<IToolWatch> WatchAsync(
        DatabaseConnection connection, ConnectedServer server, ToolCommand command, CancellationToken cancellationToken)
    {
        var mustLogIn = connection.GuardsPassword() && !await PgLibrary.KnowsRequireAuthAsync(command.Program, cancellationToken);
        return await PostgresToolWatch.StartAsync(
            connector, connection, server, command.ApplicationName ?? "", mustLogIn, time, cancellationToken);
    }

    public Task<ConnectedServer> ConnectAsync(
        DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken) =>
        stage.ConnectAsync(connection, selection, cancellationToken);

    public Task<IReadOnlyList<DumpTarget>> FindTargetsAsync(
        DatabaseConnection connection, ConnectedServer server, DumpSelection selection, CancellationToken cancellationToken) =>
        dump.FindTargetsAsync(connection, selection, cancellationToken);

    public Task<ServerContents> ListDatabasesAsync(DatabaseConnection connection, CancellationToken cancellationToken) =>
        PostgresContents.ReadAsync(databases, connection, cancellationToken);

    public Task<ToolCommand> PrepareDumpAsync(
        DatabaseConnection connection,
        ConnectedServer server,
        DumpSelection selection,
        DumpTarget target,
        CancellationToken cancellationToken) => dump.PrepareAsync(connection, server, selection, target, cancellationToken);

    public string FileExtension(ArtifactKind kind) => PgDump.FileExtension(kind);

    public Task<DatabaseTraits?> ReadTraitsAsync(DatabaseConnection connection, DumpTarget target, CancellationToken cancellationToken) =>
        target.Kind == ArtifactKind.Database
            ? databases.ReadTraitsAsync(connection, cancellationToken)
            : Task.FromResult<DatabaseTraits?>(null);

    public IReadOnlyList<RestoreStep> RestoreSteps(StoredFile file, DumpTarget target, DatabaseTraits? traits) =>
        PgRestoreText.Steps(file, target, traits);

    public string? RestoreScript(RestorableRun run) => PgRestoreScript.Of(run);
}
