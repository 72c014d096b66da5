using System.Net.Sockets;
using BackupApp.Network;

namespace BackupApp.Engines.Mongo;

/// <summary>Whether a login can be tried, and whether the server that answers can be backed up.</summary>
internal sealed class MongoServerCheck(MongoTools tools, bool allowLinkLocal)
{
    private const int OldestWireVersion = 9; // MongoDB 4.4, the oldest that the driver speaks to.

    /// <exception cref="ConnectException">What the login needs is not stored.</exception>
    public static void CheckLogin(DatabaseConnection connection)
    {
        var x509 = connection.Security.Mechanism == MongoConnections.X509;
        if (x509 && string.IsNullOrWhiteSpace(connection.Secrets.ClientCertificatePem))
            throw new ConnectException(
                ConnectionTestCode.NoCredentials,
                "The login is by client certificate, and none is stored.",
                "Paste the client certificate and its key.");
        if (!x509 && connection.Username.Length > 0 && string.IsNullOrEmpty(connection.Secrets.Password))
            throw new ConnectException(
                ConnectionTestCode.NoCredentials,
                $"No password is stored for \"{connection.Username}\".",
                "Enter the user's password.");
    }

    /// <exception cref="ConnectException"/>
    public async Task CheckAsync(DatabaseConnection connection, MongoHello hello, CancellationToken cancellationToken)
    {
        if (hello.MaxWireVersion < OldestWireVersion)
        {
            throw new ConnectException(
                ConnectionTestCode.ServerVersionUnsupported,
                "The server is older than MongoDB 4.4, the oldest version that can be backed up.",
                "Upgrade the server; MongoDB itself has ended the support of older ones.");
        }

        if (tools.Find() is null)
        {
            throw new ConnectException(ConnectionTestCode.ServerVersionUnsupported, "No mongodump is installed where BackupApp runs.",
                "Install MongoDB's database tools (package mongodb-database-tools), "
                + "or name their folder in BackupApp__Backups__MongoToolFolders__0.");
        }

        if (connection.Parameters.TryGetValue("replicaSet", out var set) && set != hello.ReplicaSet)
        {
            throw new ConnectException(ConnectionTestCode.InvalidUri,
                hello.ReplicaSet is null
                    ? $"The server is not a member of a replica set, and the connection asks for \"{set}\"."
                    : $"The server's replica set is called \"{hello.ReplicaSet}\", not \"{set}\".",
                "Correct the replica set's name (replicaSet), or leave it out to read from just the one server.");
        }

        await CheckMembersAsync(connection, hello, cancellationToken);
    }

    // A replica set sends its clients on to members of its own choice: they are held to the same rule as the hosts that were typed.
    private async Task CheckMembersAsync(DatabaseConnection connection, MongoHello hello, CancellationToken cancellationToken)
    {
        if (connection.OtherHosts.Count == 0 && !connection.Parameters.ContainsKey("replicaSet"))
            return;
        foreach (var member in hello.Members)
        {
            try
            {
                await OutboundHosts.ResolveAsync(member.Host, allowLinkLocal, cancellationToken);
            }
            catch (SocketException) when (hello.Members.Count > 1)
            {
                continue; // Another member may do; if none does, the driver's failure names them.
            }
        }
    }
}
