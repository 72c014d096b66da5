using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>The part of a connection test that looks at every database of a server: a backup of it connects to each.</summary>
public sealed class PostgresServerTest(PostgresLogin login, PostgresDatabases databases, TimeProvider time)
{
    internal async Task<ConnectionTestResult> JudgeAsync(
        DatabaseConnection connection,
        PostgresSession session,
        ServerInfo server,
        DumpSelection selection,
        TimeSpan latency,
        CancellationToken cancellationToken)
    {
        try
        {
            var catalog = await databases.ReadAsync(session.Connection, selection, cancellationToken);
            var (role, superuser, readsAll) = await PostgresRights.RoleAsync(session.Connection, cancellationToken);
            var sized = server with
            {
                DatabaseSize = await PostgresInspection.SizeAsync(
                    session.Connection,
                    cancellationToken,
                    catalog.Databases.Where(d => d.MayConnect).Select(d => d.Name)),
            };
            if (catalog.Databases.Count == 0)
                return new(
                    ConnectionTestCode.DatabaseNotFound,
                    "The server has no database to back up.",
                    "All of them are left out, or allow no connections: check the list of excluded databases.",
                    latency,
                    sized);
            if (Closed(catalog, role) is { } closed)
                return closed with { Latency = latency, Server = sized };

            var (found, left) = await new EachDatabase(login, time).RunAsync(
                connection, catalog, selection, server.Major, cancellationToken);
            return found is not null
                ? found with { Latency = latency, Server = sized }
                : new(
                    ConnectionTestCode.Ok,
                    $"Connected to PostgreSQL {server.Version}: {catalog.Databases.Count} databases to back up.",
                    Advice(server, catalog, role, superuser || readsAll, left),
                    latency,
                    sized);
        }
        catch (PostgresException e)
        {
            var refusal = ServerRefusal.Of(e, connection);
            return new(refusal.Code, refusal.Message, refusal.Advice, latency, server);
        }
        catch (NpgsqlException)
        {
            return new(
                ConnectionTestCode.ServerError,
                "The server did not tell its databases.",
                "Try again; the server's own log may say more.",
                latency,
                server);
        }
    }

    private static ConnectionTestResult? Closed(ServerCatalog catalog, string role)
    {
        var closed = catalog.Databases.Where(d => !d.MayConnect).Select(d => d.Name).ToList();
        if (closed.Count == 0)
            return null;
        var grants = closed.Take(NameList.Most)
            .Select(name => $"GRANT CONNECT ON DATABASE {ServerRefusal.Quote(name)} TO {ServerRefusal.Quote(role)};");
        return new(
            ConnectionTestCode.PrivilegesMissing,
            $"The role \"{role}\" may not connect to {closed.Count} of {catalog.Databases.Count} databases: {NameList.Of(closed)}.",
            $"As superuser run: {string.Join(' ', grants)} Or leave them out: until then every backup of this server is partial.",
            TimeSpan.Zero,
            null);
    }

    private static string? Advice(ServerInfo server, ServerCatalog catalog, string role, bool readsAll, int left) => PostgresFindings.Join(
        PostgresFindings.OfPooler(server),
        catalog.ReadsPasswords ? null : "Roles are backed up without their passwords, which this login may not read.",
        readsAll || server.Major < PostgresRights.PgReadAllDataMajor
            ? null
            : "So that databases and tables made later can be read too, run as superuser: "
                + $"GRANT pg_read_all_data TO {ServerRefusal.Quote(role)};",
        catalog.InvalidNote,
        catalog.OfRestoresNote,
        catalog.OwnDatabase is null ? null : $"BackupApp's own database {catalog.OwnDatabase} is left out.",
        left == 0 ? null : $"{left} databases could not be looked at in time.");
}
