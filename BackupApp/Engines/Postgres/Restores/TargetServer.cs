using BackupApp.Engines.Restores;
using BackupApp.Errors;
using Npgsql;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>Logs in to the server that is restored to.</summary>
internal sealed class TargetServers(PostgresLogin login, PostgresConnector connector, TimeProvider time)
{
    private const string OnEveryServer = "postgres";

    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(10);

    /// <summary>With patience for what passes; refuses what must not be restored to: this application's own database, and shared
    /// poolers.</summary>
    /// <exception cref="ConnectException"/>
    public Task<TargetServer> ConnectAsync(DatabaseConnection target, CancellationToken cancellationToken) =>
        ConnectPatience.TryAsync(LongestTry, limit => TryAsync(target, limit, cancellationToken), time, cancellationToken);

    /// <summary>
    /// The same by way of another database where the target's own cannot be entered: it is away or full, or its name is locked by somebody
    /// who changes it.
    /// </summary>
    /// <exception cref="ConnectException"/>
    public Task<TargetServer> ConnectAnywhereAsync(DatabaseConnection target, CancellationToken cancellationToken) =>
        ConnectPatience.TryAsync(LongestTry, limit => TryAnywhereAsync(target, limit / 2, cancellationToken), time, cancellationToken);

    /// <summary>Where a restore begins, with the same patience.</summary>
    /// <exception cref="ConnectException"/>
    public Task<TargetServer> ConnectAsync(RestoreOrder order, CancellationToken cancellationToken) =>
        ConnectPatience.TryAsync(LongestTry, limit => TryAsync(order, limit, cancellationToken), time, cancellationToken);

    /// <summary>
    /// What is made anew can be made from any database: the login's own may be the one that was lost. What is to be replaced must be
    /// there; whether it is the server can tell from another.
    /// </summary>
    /// <exception cref="ConnectException"/>
    public Task<TargetServer> TryAsync(RestoreOrder order, TimeSpan limit, CancellationToken cancellationToken) => order.Mode switch
    {
        RestoreMode.NewDatabase => TryElsewhereAsync(order.Target, MayBeOfTheDatabase, limit, cancellationToken),
        RestoreMode.Overwrite => TryElsewhereAsync(
            RestoreProbe.Connection(order), e => e.Code == ConnectionTestCode.DatabaseNotFound, limit, cancellationToken),
        _ => TryAsync(RestoreProbe.Connection(order), limit, cancellationToken),
    };

    private Task<TargetServer> TryAnywhereAsync(DatabaseConnection target, TimeSpan limit, CancellationToken cancellationToken) =>
        TryElsewhereAsync(
            target,
            e => e.SqlState is not null || e.Code == ConnectionTestCode.Timeout,
            limit,
            cancellationToken);

    // A password that is wrong is wrong everywhere, and some servers count.
    private static bool MayBeOfTheDatabase(ConnectException e) =>
        e.SqlState is not null && e.SqlState != PostgresErrorCodes.InvalidPassword;

    /// <param name="fits">Whether another database may answer where this one has failed so.</param>
    private async Task<TargetServer> TryElsewhereAsync(
        DatabaseConnection target, Func<ConnectException, bool> fits, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(target, limit, cancellationToken);
        }
        catch (ConnectException e) when (target.Database != OnEveryServer && fits(e))
        {
            return await TryElsewhereAsync(target with { Database = OnEveryServer }, e, limit, cancellationToken);
        }
    }

    // Whoever may enter neither has to hear of both.
    private async Task<TargetServer> TryElsewhereAsync(
        DatabaseConnection target, ConnectException first, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(target, limit, cancellationToken);
        }
        catch (ConnectException e) when (e.Message != first.Message)
        {
            throw new ConnectException(first.Code, $"{first.Message} {e.Message}", e.Advice ?? first.Advice, e)
            {
                SqlState = first.SqlState,
                Transient = first.Transient || e.Transient,
            };
        }
    }

    /// <exception cref="ConnectException"/>
    public async Task<TargetServer> TryAsync(DatabaseConnection target, TimeSpan limit, CancellationToken cancellationToken)
    {
        var (session, server, _) = await login.OpenAsync(target, DumpSelection.Everything, limit, cancellationToken);
        await using (session)
            return new(connector, target, new ConnectedServer(server, session.Address));
    }
}

/// <summary>A server that was logged in to: its further sessions go to the same address.</summary>
internal sealed class TargetServer(PostgresConnector connector, DatabaseConnection target, ConnectedServer server)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    // The limits that the role has for the application's queries; whoever asked for a read-only default did not mean this.
    private const string Unlimited =
        "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET "
            + "default_transaction_read_only = off";

    // Nearly every server has the first, and template1 nobody should be in.
    private static readonly string[] Usual = ["postgres", "template1"];

    public DatabaseConnection Target => target;

    public ConnectedServer Server => server;

    /// <summary>The same, for a tool that works in this database.</summary>
    public TargetServer In(string database) => new(connector, target with { Database = database }, server);

    public int Major => server.Server.Major;

    /// <summary>Outside a transaction.</summary>
    /// <exception cref="ConnectException"/>
    public async Task<PostgresSession> OpenAsync(string database, CancellationToken cancellationToken)
    {
        var session = await connector.OpenIdleAsync(target with { Database = database }, Limit, cancellationToken, server.Address);
        try
        {
            await Sql.ExecuteAsync(session.Connection, Unlimited, cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>In some database that is none of these: one that is to be renamed or dropped cannot be worked from.</summary>
    /// <exception cref="RestoreFailedException">There is none that this login may enter.</exception>
    public async Task<PostgresSession> OpenElsewhereAsync(IReadOnlyCollection<string> databases, CancellationToken cancellationToken) =>
        await FindElsewhereAsync(databases, cancellationToken) ?? throw new RestoreFailedException(
            RunStage.Connect,
            "privileges_missing",
            $"A database can only be renamed from another one, and \"{target.Username}\" may enter no other on this server.",
            $"As superuser run: GRANT CONNECT ON DATABASE postgres TO {ServerRefusal.Quote(target.Username)};");

    /// <summary>Null where there is none.</summary>
    public async Task<PostgresSession?> FindElsewhereAsync(IReadOnlyCollection<string> databases, CancellationToken cancellationToken)
    {
        foreach (var database in Usual.Prepend(target.Database).Distinct().Except(databases))
        {
            if (await TryOpenAsync(database, cancellationToken) is { } session)
                return session;
        }

        return null;
    }

    private async Task<PostgresSession?> TryOpenAsync(string database, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenAsync(database, cancellationToken);
        }
        catch (ConnectException e) when (e.SqlState is not null && !e.Transient)
        {
            return null; // The server answered: it is this database that is not to be entered.
        }
    }

    /// <summary>Null where there is no such database.</summary>
    public static async Task<DatabaseRow?> FindAsync(NpgsqlConnection connection, string database, CancellationToken cancellationToken)
    {
        var found = await Sql.ListAsync(
            connection, $"{DatabaseRow.Query} WHERE datname = $1", DatabaseRow.Read, cancellationToken, database);
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>Null where there is none any more.</summary>
    public static async Task<DatabaseRow?> FindAsync(NpgsqlConnection connection, long oid, CancellationToken cancellationToken)
    {
        var found = await Sql.ListAsync(
            connection, $"{DatabaseRow.Query} WHERE oid::bigint = $1", DatabaseRow.Read, cancellationToken, oid);
        return found.Count == 0 ? null : found[0];
    }
}

/// <param name="IsOwned">The login has its owner's rights.</param>
internal sealed record DatabaseRow(string Name, long Oid, string Owner, bool IsOwned)
{
    public const string Query =
        "SELECT datname::text, oid::bigint, pg_get_userbyid(datdba)::text, pg_has_role(datdba, 'USAGE') FROM pg_database";

    public static DatabaseRow Read(NpgsqlDataReader row) => new(row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetBoolean(3));
}
