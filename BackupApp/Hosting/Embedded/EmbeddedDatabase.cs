using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace BackupApp.Hosting.Embedded;

/// <summary>The app's own role and database in the embedded server.</summary>
internal static class EmbeddedDatabase
{
    /// <summary>Name of the database and of its owner, which is no superuser.</summary>
    public const string Name = "backupapp";

    private const int ScramIterations = 4096;

    /// <summary>What the app connects with. The password follows from the superuser's, so that nothing further must be kept.</summary>
    public static string ConnectionString(string socketFolder, string superuserPassword) =>
        Connection(socketFolder, Name, Name, RolePassword(superuserPassword)).ConnectionString;

    /// <summary>
    /// Waits until the server takes logins, makes the role and the database where they are missing, and logs in as the app will.
    /// </summary>
    /// <param name="gone">Tells that the server has ended, so that waiting is in vain.</param>
    public static async Task PrepareAsync(
        string socketFolder,
        string superuserPassword,
        TimeSpan patience,
        Func<bool> gone,
        CancellationToken cancellationToken)
    {
        await using (var superuser = new NpgsqlConnection(
            Unpooled(Connection(socketFolder, "postgres", EmbeddedCluster.Superuser, superuserPassword))))
        {
            await LogInAsync(superuser, patience, gone, cancellationToken);
            var verifier = ScramVerifier(RolePassword(superuserPassword));
            if (!await ExistsAsync(superuser, "SELECT 1 FROM pg_roles WHERE rolname = $1", cancellationToken))
                await ExecuteAsync(superuser, $"CREATE ROLE {Name}", cancellationToken);
            await ExecuteAsync(superuser, $"ALTER ROLE {Name} LOGIN PASSWORD '{verifier}'", cancellationToken);
            if (!await ExistsAsync(superuser, "SELECT 1 FROM pg_database WHERE datname = $1", cancellationToken))
                await ExecuteAsync(superuser, $"CREATE DATABASE {Name} OWNER {Name}", cancellationToken);
        }

        await using var own = new NpgsqlConnection(Unpooled(Connection(socketFolder, Name, Name, RolePassword(superuserPassword))));
        await own.OpenAsync(cancellationToken);
    }

    private static async Task LogInAsync(
        NpgsqlConnection connection, TimeSpan patience, Func<bool> gone, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await connection.OpenAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException e) when (IsPassing(e) && waited.Elapsed < patience && !gone())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
        }
    }

    /// <summary>Starting up, recovering or shutting down; or the socket is not there yet, or no more.</summary>
    private static bool IsPassing(NpgsqlException e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow }
        || e.InnerException is SocketException or IOException or TimeoutException;

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string query, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(query, connection) { Parameters = { new() { Value = Name } } };
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Unpooled(NpgsqlConnectionStringBuilder builder)
    {
        builder.Pooling = false;
        return builder.ConnectionString;
    }

    // What Npgsql would otherwise take from PG… variables of the environment is said here.
    private static NpgsqlConnectionStringBuilder Connection(string socketFolder, string database, string user, string password) => new()
    {
        Host = socketFolder,
        Port = SocketFolder.Port,
        Database = database,
        Username = user,
        Password = password,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
        ApplicationName = "BackupApp",
        MaxPoolSize = 50,
        // A burst of work leaves no sessions behind for five minutes. Npgsql ends all that rested then, though each is needed again soon:
        // to start one and have it learn the tables costs the server as much as a minute of what it does at rest.
        ConnectionIdleLifetime = 60,
        MinPoolSize = 2,
    };

    private static string RolePassword(string superuserPassword) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(superuserPassword), "the app's own role"u8));

    /// <summary>
    /// What PostgreSQL would store for the password (RFC 5803). Made here, so that the password itself can never get into the server's log.
    /// </summary>
    private static string ScramVerifier(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, ScramIterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        var keys = $"{Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}";
        return $"SCRAM-SHA-256${ScramIterations}:{Convert.ToBase64String(salt)}${keys}";
    }
}
