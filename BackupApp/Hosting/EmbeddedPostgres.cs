using System.Diagnostics;
using BackupApp.Hosting.Embedded;
using Npgsql;

namespace BackupApp.Hosting;

/// <summary>
/// The app's own PostgreSQL, for when no connection string is configured: a cluster in the data directory,
/// reachable through a private unix socket only. Start it before the host is built and stop it after the
/// host has stopped. It survives the end of this process, however sudden; the next start adopts it. When it ends itself, it is started
/// again.
/// </summary>
public sealed partial class EmbeddedPostgres : IAsyncDisposable
{
    private static readonly TimeSpan LoginPatience = TimeSpan.FromSeconds(30);

    private readonly DataFolder _data;
    private readonly Postmaster _server;
    private readonly ILogger _logger;
    private readonly ServerWatch _watch;
    private bool _stopped;

    private EmbeddedPostgres(DataFolder data, Postmaster server, ServerWatch watch, string socketFolder, string password, ILogger logger)
    {
        (_data, _server, _watch, _logger) = (data, server, watch, logger);
        SocketDirectory = socketFolder;
        ConnectionString = EmbeddedDatabase.ConnectionString(socketFolder, password);
    }

    /// <summary>For the database <c>backupapp</c>, as its owner, who is no superuser. Holds the password.</summary>
    public string ConnectionString { get; }

    /// <summary>0700, at most 107 bytes with the socket's name.</summary>
    public string SocketDirectory { get; }

    /// <summary>
    /// Makes the cluster on the first start, recovers it after a crash, adopts the server that a
    /// killed BackupApp left running, and returns when it takes logins.
    /// </summary>
    /// <param name="dataDirectory">Made when missing. Only one process can use it.</param>
    /// <param name="user">Runs the server when we are root; null for one of its own.</param>
    /// <exception cref="EmbeddedPostgresException">The message says what to do.</exception>
    public static Task<EmbeddedPostgres> StartAsync(
        string dataDirectory, string? user, ILogger logger, CancellationToken cancellationToken) =>
        StartAsync(
            dataDirectory,
            PostgresBinaries.UsualFolders(),
            cluster => ServerAccount.ChooseAsync(cluster, user, cancellationToken),
            logger,
            cancellationToken);

    /// <param name="binFolders">Where to look for PostgreSQL's programs.</param>
    /// <param name="chooseAccount">Who runs the server of the cluster in this folder.</param>
    internal static async Task<EmbeddedPostgres> StartAsync(
        string dataDirectory,
        IReadOnlyList<string> binFolders,
        Func<string, Task<ServerAccount>> chooseAccount,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var data = DataFolder.Open(dataDirectory);
        try
        {
            var account = await chooseAccount(data.Cluster);
            await account.DemandPassageAsync(data.Path, cancellationToken);
            var cluster = new EmbeddedCluster(data, account);
            var binaries = PostgresBinaries.Choose(
                await PostgresBinaries.FindAsync(binFolders, cancellationToken), cluster.Major(), data.Cluster);
            var password = data.ReadOrMakePassword();
            if (cluster.Major() is null)
            {
                await cluster.MakeAsync(binaries, password, cancellationToken);
                LogMade(logger, data.Cluster, binaries.Major);
            }

            cluster.RemoveUnfinished();
            var log = new ServerLog(data.LogFile);
            var server = new Postmaster(data, account, binaries, log);
            var socketFolder = await AdoptAsync(data, server, password, logger, cancellationToken)
                ?? await StartServerAsync(data, account, cluster, server, password, cancellationToken);
            LogReady(logger, binaries.Major, account.Name, socketFolder, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            var watch = new ServerWatch(
                data, server, log, again => StartServerAsync(data, account, cluster, server, password, again), logger);
            return new EmbeddedPostgres(data, server, watch, socketFolder, password, logger);
        }
        catch (Exception e)
        {
            data.Dispose();
            if (FullDisk.IsBehind(e))
                throw new EmbeddedPostgresException(FullDisk.Sentence(data.Path), e);
            if (e is NpgsqlException)
                throw new EmbeddedPostgresException(
                    $"PostgreSQL runs in {data.Cluster}, but BackupApp cannot log in to it: {e.Message}",
                    e);
            if (e is IOException or UnauthorizedAccessException)
                throw new EmbeddedPostgresException($"PostgreSQL cannot be set up in {data.Path}: {e.Message}", e);
            throw;
        }
    }

    /// <summary>What a command beside a running BackupApp connects with; null when no server runs in this data directory.</summary>
    public static string? FindRunning(string dataDirectory)
    {
        var (cluster, passwordFile) = (
            Path.Combine(dataDirectory, DataFolder.ClusterName),
            Path.Combine(dataDirectory, DataFolder.PasswordFileName));
        return PostmasterFile.FindServer(cluster) is { SocketFolder: { } socketFolder } && File.Exists(passwordFile)
            ? EmbeddedDatabase.ConnectionString(socketFolder, File.ReadAllText(passwordFile).Trim())
            : null;
    }

    /// <summary>Stops the server and gives the data directory free. Everything that uses the connection string must have ended.</summary>
    /// <param name="cancellationToken">
    /// Ends the patience, not the stopping: the server then stops at once and recovers at the next start.
    /// </param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopped)
            return;

        _stopped = true;
        using (_data)
        {
            await _watch.DisposeAsync();
            await using (var pooled = new NpgsqlConnection(ConnectionString))
                NpgsqlConnection.ClearPool(pooled);
            if (await _server.StopAsync(cancellationToken))
                LogStopped(_logger);
            else
                LogStillRunning(_logger, _data.Cluster);
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    /// <summary>Lets go as a killed process does: the lock is free and the server goes on.</summary>
    internal void Abandon()
    {
        _stopped = true;
        _watch.DisposeAsync().AsTask().Wait();
        _data.Dispose();
    }

    /// <returns>The running server's socket folder, or null when none runs (any more) that takes our login.</returns>
    private static async Task<string?> AdoptAsync(
        DataFolder data, Postmaster server, string password, ILogger logger, CancellationToken cancellationToken)
    {
        if (PostmasterFile.FindServer(data.Cluster) is not { } running)
            return null;

        try
        {
            var socketFolder = running.SocketFolder ?? SocketFolder.PathFor(data);
            await EmbeddedDatabase.PrepareAsync(socketFolder, password, LoginPatience, () => !server.IsRunning, cancellationToken);
            LogAdopted(logger, running.ProcessId);
            return socketFolder;
        }
        catch (NpgsqlException e)
        {
            LogNotAdopted(logger, e, running.ProcessId);
            return await server.StopAsync(cancellationToken)
                ? null
                : throw new EmbeddedPostgresException(
                    $"PostgreSQL (process {running.ProcessId}) runs in {data.Cluster}, takes no logins and does not stop.",
                    e);
        }
    }

    private static async Task<string> StartServerAsync(
        DataFolder data,
        ServerAccount account,
        EmbeddedCluster cluster,
        Postmaster server,
        string password,
        CancellationToken cancellationToken)
    {
        var socketFolder = await SocketFolder.PrepareAsync(data, account, cancellationToken);
        await cluster.WriteSettingsAsync(socketFolder, cancellationToken);
        try
        {
            await server.StartAsync(cancellationToken);
            await EmbeddedDatabase.PrepareAsync(socketFolder, password, LoginPatience, () => !server.IsRunning, cancellationToken);
            return socketFolder;
        }
        catch
        {
            await server.StopAsync(CancellationToken.None);
            throw;
        }
    }
}
