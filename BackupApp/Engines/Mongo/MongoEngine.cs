using System.Globalization;
using BackupApp.Engines.Mongo.Restores;
using BackupApp.Engines.Restores;
using BackupApp.Network;
using BackupApp.Tools;
using Microsoft.Extensions.Options;

namespace BackupApp.Engines.Mongo;

/// <summary>MongoDB: the connection test, the first stage of a backup, and the door to the rest of this folder.</summary>
public sealed class MongoEngine(
    MongoConnector connector, MongoDump dump, MongoRestore restore, IOptions<NetworkOptions> options, TimeProvider time)
    : IEngine
{
    /// <summary>A login that takes longer counts as <see cref="ConnectionTestCode.Timeout"/>.</summary>
    public static readonly TimeSpan LoginLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(10);

    public Engine Kind => Engine.Mongodb;

    public IEngineForm Form { get; } = new MongoForm();

    public string RestoreAdvice => MongoDump.RestoreAdvice;

    public IEngineRestore Restore => restore;

    public Task<IReadOnlyList<DumpTarget>> FindTargetsAsync(
        DatabaseConnection connection, ConnectedServer server, DumpSelection selection, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DumpTarget>>([MongoDump.Target(connection, selection)]);

    public async Task<ServerContents> ListDatabasesAsync(DatabaseConnection connection, CancellationToken cancellationToken)
    {
        var (session, _) = await connector.OpenAsync(connection, LoginLimit, cancellationToken);
        using (session)
        {
            var names = await MongoLimit.WithinAsync(
                LoginLimit, session, options.Value, token => MongoInspection.ListAsync(session, token), cancellationToken);
            return new ServerContents(null, names);
        }
    }

    public Task<ToolCommand> PrepareDumpAsync(
        DatabaseConnection connection,
        ConnectedServer server,
        DumpSelection selection,
        DumpTarget target,
        CancellationToken cancellationToken) => dump.PrepareAsync(connection, server, selection, cancellationToken);

    public string FileExtension(ArtifactKind kind) => MongoDump.FileExtension;

    public Task<DatabaseTraits?> ReadTraitsAsync(
        DatabaseConnection connection, DumpTarget target, CancellationToken cancellationToken) =>
        Task.FromResult<DatabaseTraits?>(null);

    public IReadOnlyList<RestoreStep> RestoreSteps(StoredFile file, DumpTarget target, DatabaseTraits? traits) =>
        [
            new(
                "Restore",
                MongoDump.RestoreCommand(file, target),
                "Adds the documents, with their indexes and options, to the collections of the same names."),
        ];

    public string? RestoreScript(RestorableRun run) => null;

    public async Task<ConnectionTestResult> TestAsync(
        DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var (session, server) = await connector.OpenAsync(connection, LoginLimit, cancellationToken);
            using (session)
            {
                var latency = time.GetElapsedTime(started);
                return await MongoLimit.WithinAsync(
                    LoginLimit,
                    session,
                    options.Value,
                    token => MongoFindings.OfAsync(session, server, selection, latency, token),
                    cancellationToken);
            }
        }
        catch (ConnectException e)
        {
            return new(e.Code, e.Message, e.Advice, time.GetElapsedTime(started), null) { WeakerTlsMayWork = e.WeakerTlsMayWork };
        }
    }

    /// <summary>MongoDB's tools check everything or nothing, and never fall back by themselves.</summary>
    public IReadOnlyList<TlsMode> TlsModes(DatabaseConnection connection) =>
        !string.IsNullOrWhiteSpace(connection.Secrets.CaCertificatePem) ? [TlsMode.VerifyFull]
        : connection.Security.Mechanism == MongoConnections.X509 ? [TlsMode.VerifyFull, TlsMode.Require]
        : [TlsMode.VerifyFull, TlsMode.Require, TlsMode.Disable];

    /// <summary>
    /// mongodump encrypts or fails, as its configuration says, which holds nothing that could say otherwise;
    /// the server tells nobody how a connection is encrypted. No mechanism that is allowed sends the password.
    /// </summary>
    public Task<IToolWatch> WatchAsync(
        DatabaseConnection connection,
        ConnectedServer server,
        ToolCommand command,
        CancellationToken cancellationToken) =>
        Task.FromResult<IToolWatch>(
            new NoToolWatch(ToolConnection.Told(connection.TlsMode != TlsMode.Disable, connection.VerifiesServer())));

    public Task<ConnectedServer> ConnectAsync(DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken)
    {
        var longest =
            connection.Parameters.TryGetValue("serverSelectionTimeoutMS", out var text)
            && int.Parse(text, CultureInfo.InvariantCulture) is > 0 and var limit
                ? TimeSpan.FromMilliseconds(limit)
                : LongestTry;
        return ConnectPatience.TryAsync(longest, left => TryAsync(connection, selection, left, cancellationToken), time, cancellationToken);
    }

    private async Task<ConnectedServer> TryAsync(
        DatabaseConnection connection, DumpSelection selection, TimeSpan limit, CancellationToken cancellationToken)
    {
        var (session, server) = await connector.OpenAsync(connection, limit, cancellationToken);
        using (session)
        {
            return await MongoLimit.WithinAsync(limit, session, options.Value, async token =>
            {
                await MongoInspection.CheckAsync(session, selection, token);
                await MongoInspection.RequireAllAsync(session, selection, token);
                return new ConnectedServer(
                    server with { DatabaseSize = await MongoInspection.SizeAsync(session, selection, token) },
                    null,
                    session.Connection);
            }, cancellationToken);
        }
    }
}
