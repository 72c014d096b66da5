using System.Security.Cryptography;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Secrets;

namespace BackupApp.Protection.Uncovered;

/// <summary>Asks servers what is on them, with the logins that there are.</summary>
public sealed partial class ServerLists(EngineCatalog engines, SecretBox secrets, ILogger<ServerLists> logger)
{
    private const int AtOnce = 4;

    /// <summary>Of logins that are tried: the next may work where one was locked, and of MongoDB each may see something else.</summary>
    private const int MostLogins = 3;

    /// <summary>With what is on them, where they answered; those that turn out to be one are one.</summary>
    public async Task<IReadOnlyList<KnownServer>> AskAsync(IReadOnlyList<KnownServer> servers, CancellationToken cancellationToken)
    {
        var asked = new KnownServer[servers.Count];
        await Parallel.ForAsync(
            0, servers.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (i, token) => asked[i] = await AskAsync(servers[i], token));
        return KnownServer.ByIdentity(asked);
    }

    private async Task<KnownServer> AskAsync(KnownServer server, CancellationToken cancellationToken)
    {
        var result = server;
        // Who backs up the whole server may list it.
        foreach (var source in server.Sources.OrderByDescending(s => s.Selection.Scope).ThenBy(s => !s.IsActive).Take(MostLogins))
        {
            if (await TryAsync(source, cancellationToken) is not { } contents)
                continue;
            result = result with
            {
                AskedBy = result.AskedBy ?? source,
                Contents = new ServerContents(
                    contents.Identity, [.. contents.Databases.Union(result.Contents?.Databases ?? [], StringComparer.Ordinal)]),
            };
            if (source.Engine == Engine.Postgres)
                break;
        }

        return result;
    }

    private async Task<ServerContents?> TryAsync(DataSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await engines.Of(source.Engine).ListDatabasesAsync(source.Decrypt(secrets), cancellationToken);
        }
        catch (Exception e) when (e is ConnectException or CryptographicException)
        {
            // No answer is no finding: that the source cannot be reached is said where it matters.
            LogNotListed(source.Name, e.Message);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Information, "The databases beside {Source} could not be listed: {Why}")]
    private partial void LogNotListed(string source, string why);
}
