using System.Globalization;
using System.Net.Sockets;
using BackupApp.Network;
using MongoDB.Driver;
using MongoDB.Driver.Core.Servers;

namespace BackupApp.Engines.Mongo;

/// <summary>
/// Turns what the driver reported into a code, a sentence and an advice. It never reads error texts, and never repeats one.
/// </summary>
internal static class MongoFailure
{
    // The server's own error codes.
    private const int Unauthorized = 13;
    private const int AuthenticationFailed = 18;
    private const int MechanismUnavailable = 334;
    private const int AtlasError = 8000;

    /// <param name="session">Null when it was not opened.</param>
    /// <returns>The same exception when it says enough.</returns>
    public static Exception Of(Exception e, DatabaseConnection connection, MongoSession? session, TimeSpan limit, NetworkOptions network)
    {
        if (e is ConnectException)
            return e;
        if (NetworkFailure.Find<HostRefusedException>(e) is { } refused)
            return MongoProbe.Refused(refused);
        if (NetworkFailure.Find<MongoCommandException>(e) is { } answered)
            return OfAnswer(answered, connection, NetworkFailure.Find<MongoAuthenticationException>(e) is not null);
        if (NetworkFailure.Find<MongoIncompatibleDriverException>(e) is not null)
            return new ConnectException(
                ConnectionTestCode.ServerVersionUnsupported,
                "The server is older than MongoDB 4.4, the oldest version that can be backed up.",
                "Upgrade the server.");
        if (e is TimeoutException or OperationCanceledException)
            return session is null
                ? new NetworkFailure(connection, network.RunningInContainer, limit, "").TimedOut()
                : NoServer(session, connection, limit);
        if (e is SocketException socket)
            return new NetworkFailure(connection, network.RunningInContainer, limit, "").Of(socket, null);
        if (e is MongoException)
        {
            return new ConnectException(
                ConnectionTestCode.ServerError,
                "The server ended the connection during the login.",
                "Try again; the server's own log may say more.",
                e)
            { Transient = true };
        }

        return e;
    }

    /// <summary>The command was refused because the login has no right to it.</summary>
    public static bool IsUnauthorized(MongoCommandException e) => e.Code is Unauthorized or AtlasError;

    private static ConnectException OfAnswer(MongoCommandException e, DatabaseConnection connection, bool duringLogin)
    {
        var source = connection.Security.AuthSource ?? MongoConnections.DefaultAuthSource;
        if (duringLogin && e.Code == MechanismUnavailable)
        {
            return new(ConnectionTestCode.AuthFailed, "The server does not offer this way to log in.",
                "Choose another authMechanism, or leave it out; the server's setting is authenticationMechanisms.");
        }

        if (duringLogin && source == MongoConnections.External)
        {
            return new(ConnectionTestCode.AuthFailed, "The server has no user for the client certificate.",
                "In the database $external create a user that is called as the certificate's subject, "
                + "exactly as openssl x509 -noout -subject -nameopt RFC2253 prints it.");
        }

        if (duringLogin || e.Code == AuthenticationFailed)
        {
            return new(
                ConnectionTestCode.AuthFailed,
                $"The server does not accept the password of \"{connection.Username}\", or has no such user in the database \"{source}\".",
                "Check user, password and authSource: the database in which the user was created, often admin. "
                + "Special characters in a pasted URI must be percent-encoded; in the form's own fields they must not.");
        }

        if (IsUnauthorized(e))
        {
            return connection.Username.Length == 0 && source != MongoConnections.External
                ? new(ConnectionTestCode.AuthFailed, "The server asks for a login, and no user is given.", "Enter user and password.")
                : new(
                    ConnectionTestCode.PrivilegesMissing,
                    $"The user \"{connection.Username}\" lacks a right that a backup needs.",
                    MongoRights.Grant(connection));
        }

        return new ConnectException(
            ConnectionTestCode.ServerError,
            string.Create(CultureInfo.InvariantCulture, $"The server refused a command (error {e.Code}, {e.CodeName})."),
            "The server's own log may say more.")
        { Transient = e is MongoNotPrimaryException or MongoNodeIsRecoveringException };
    }

    // A member answered before the login, but not the one that the driver went on to.
    private static ConnectException NoServer(MongoSession session, DatabaseConnection connection, TimeSpan limit)
    {
        var lost = session.Servers.Where(s => s.State == ServerState.Disconnected)
            .Select(s => s.EndPoint.ToString()!.Replace("Unspecified/", "", StringComparison.Ordinal))
            .ToList();
        if (lost.Count > 0 && session.Hello.Members.Count > 0)
        {
            return new(
                ConnectionTestCode.NetworkUnreachable,
                $"The replica set sends its clients to {string.Join(", ", lost)}, which cannot be reached from here.",
                "Make these names and ports reachable from BackupApp, or give one server and directConnection=true, without replicaSet.")
            { Transient = true };
        }

        if (connection.Parameters.TryGetValue("readPreference", out var preference)
            && session.Servers.Any(s => s.State == ServerState.Connected))
        {
            return new(ConnectionTestCode.ServerError, $"No member of the replica set fits the read preference {preference}.",
                "Choose primaryPreferred or secondaryPreferred, correct the tags, or wait until such a member is there.")
            { Transient = true };
        }

        return new(
            ConnectionTestCode.Timeout,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The server answered but no login came about within {limit.TotalSeconds:0.#} s."),
            "The replica set may have no primary at the moment, or the server is overloaded.")
        { Transient = true };
    }
}
