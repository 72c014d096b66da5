using System.Globalization;
using System.Net;

namespace BackupApp.DataSources;

/// <summary>What a backup needs to know before its tool starts.</summary>
/// <param name="Address">The checked address that answered: the tool connects to it and does not resolve the name again.</param>
public sealed record ConnectedServer(ServerInfo Server, IPAddress Address);

/// <summary>The first stage of a backup: a login that has patience with what passes.</summary>
public sealed class PostgresConnectStage(PostgresLogin login, TimeProvider time)
{
    /// <summary>How long connecting is tried; nothing else of a backup is.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(10);

    /// <exception cref="ConnectException">
    /// It did not work. An unreachable, silent or busy server was tried for <see cref="Patience"/>; a refusal is final at once.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<ConnectedServer> ConnectAsync(DatabaseConnection connection, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var longest = connection.Parameters.TryGetValue("connect_timeout", out var seconds)
            ? TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture))
            : LongestTry;
        for (var pause = FirstPause; ; pause = Min(pause * 2, LongestPause))
        {
            var left = Patience - time.GetElapsedTime(started);
            try
            {
                var (session, server) = await login.OpenAsync(connection, Min(left, longest), cancellationToken);
                await using (session)
                    return new(server with { DatabaseSize = await PostgresInspection.SizeAsync(session.Connection, cancellationToken) }, session.Address);
            }
            catch (ConnectException e) when (e.Transient && time.GetElapsedTime(started) + pause < Patience)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
