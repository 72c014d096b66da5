using System.Globalization;
using BackupApp.Network;
using Microsoft.Extensions.Options;
using MongoDB.Bson;

namespace BackupApp.Engines.Mongo;

/// <summary>
/// Logs in to a MongoDB server or replica set with the same settings as mongodump: certificates from the connection alone, every named
/// and every discovered host checked before it is contacted.
/// </summary>
public sealed class MongoConnector(IOptions<NetworkOptions> options, MongoTools tools)
{
    /// <param name="limit">For everything: DNS, connecting, TLS and login.</param>
    /// <exception cref="ConnectException">It did not work; the code says why.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    internal async Task<(MongoSession Session, ServerInfo Server)> OpenAsync(
        DatabaseConnection connection, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (connection.Engine != Engine.Mongodb)
            throw new ConnectException(
                ConnectionTestCode.UnsupportedEngine,
                "This data source is not a MongoDB database.",
                "Choose the engine MongoDB.");
        MongoServerCheck.CheckLogin(connection);

        using var timer = new CancellationTokenSource(limit);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var material = TlsMaterial.Load(connection.Secrets);
        MongoSession? session = null;
        try
        {
            var resolved = await MongoResolver.ResolveAsync(connection, linked.Token);
            var answer = await FirstAnswerAsync(resolved, material, limit, linked.Token);
            await new MongoServerCheck(tools, options.Value.AllowLinkLocal).CheckAsync(resolved, answer.Hello, linked.Token);
            session = new MongoSession(resolved, answer.Hello, material, limit);
            var version = await LogInAsync(session, linked.Token);
            return (session, Describe(resolved, answer, version));
        }
        catch (Exception e)
        {
            var told =
                e is OperationCanceledException && cancellationToken.IsCancellationRequested
                    ? e
                    : MongoFailure.Of(e, connection, session, limit, options.Value);
            session?.Dispose();
            material.Dispose();
            if (told == e)
                throw;
            throw told;
        }
    }

    // All are asked at once: of a replica set, one member that answers is enough.
    private async Task<MongoAnswer> FirstAnswerAsync(
        DatabaseConnection connection, TlsMaterial material, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = connection.Servers.Select(s =>
                new MongoProbe(
                    connection with { Host = s.Host, Port = s.Port, OtherHosts = [] },
                    material,
                    options.Value,
                    limit).AskAsync(rest.Token))
            .ToList();
        var failures = new List<ConnectException>();
        try
        {
            await foreach (var answer in Task.WhenEach(asked))
            {
                if (answer.Exception?.InnerException is not ConnectException failure)
                    return await answer;
                failures.Add(failure);
            }
        }
        finally
        {
            await rest.CancelAsync();
            await Task.WhenAll(asked.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // What another try cannot mend says more than a server that is away.
        throw failures.Find(f => !f.Transient) ?? failures[0];
    }

    private static async Task<string> LogInAsync(MongoSession session, CancellationToken cancellationToken)
    {
        await session.RunAsync("admin", new BsonDocument("connectionStatus", 1), cancellationToken);
        var build = await session.RunAsync("admin", new BsonDocument("buildInfo", 1), cancellationToken);
        return build.GetValue("version", "").AsString;
    }

    private static ServerInfo Describe(DatabaseConnection connection, MongoAnswer answer, string version) => new(
        version,
        int.TryParse(version.Split('.')[0], CultureInfo.InvariantCulture, out var major) ? major : 0,
        null,
        connection.TlsMode != TlsMode.Disable,
        connection.TlsMode != TlsMode.Disable && connection.VerifiesServer(),
        answer.TlsProtocol,
        ReplicaSet: answer.Hello.IsRouter ? null : answer.Hello.ReplicaSet);
}
