using BackupApp.Engines.Restores;
using Npgsql;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>Looks at a target before anything happens there.</summary>
internal sealed class RestoreProbe(TargetServers servers)
{
    // The one that everybody connects to first belongs to the server, and nobody puts another in its place.
    private const string Replaceable =
        "NOT datistemplate AND datallowconn AND datname <> 'postgres' AND NOT pg_has_role(datdba, 'USAGE')";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>What the login goes to: the database itself, where it must be there.</summary>
    public static DatabaseConnection Connection(RestoreOrder order) =>
        order.Mode == RestoreMode.NewDatabase ? order.Target : order.Target with { Database = order.Database };

    public async Task<TargetProbe> RunAsync(RestoreOrder order, CancellationToken cancellationToken)
    {
        if (order.Target.Engine != Engine.Postgres)
        {
            return TargetProbe.Of(
                [new("engine_mismatch", CheckState.Bad, "This is a dump of PostgreSQL, and the target is none.",
                    "Choose a PostgreSQL server.")], null);
        }

        try
        {
            var server = await servers.TryAsync(order, Limit, cancellationToken);
            return await RunAsync(order, server, ArchiveNeeds.Of(order.Dump, order.Selection), cancellationToken);
        }
        catch (ConnectException e)
        {
            return TargetProbe.Of([new(e.FailureCode, CheckState.Bad, e.Message, e.Advice)], null);
        }
    }

    /// <exception cref="ConnectException">The server went away.</exception>
    public static async Task<TargetProbe> RunAsync(
        RestoreOrder order, TargetServer server, ArchiveNeeds needs, CancellationToken cancellationToken)
    {
        var facts = await ReadAsync(server, order.Database, needs.Roles ?? [], cancellationToken);
        if (EmptyPlace.IsWanted(order) && facts.Database is not null)
            facts = facts with { Objects = await EmptyPlace.CountAsync(server, order.Database, cancellationToken) };
        return TargetProbe.Of(ProbeChecks.Of(order, server.Server.Server, facts, needs), server.Server.Server.Version);
    }

    public async Task<RestoreReadiness> CheckReadyAsync(
        DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken)
    {
        try
        {
            var server = await servers.TryAsync(connection, Limit, cancellationToken);
            var facts = await ReadAsync(server, connection.Database, [], cancellationToken);
            var foreign = selection.Scope == SourceScope.Server ? await ForeignAsync(server, cancellationToken) : [];
            return ReadyChecks.Of(
                connection, selection.Scope, facts, [.. foreign.Where(d => !selection.ExcludeDatabases.Contains(d.Name))]);
        }
        catch (ConnectException e)
        {
            return ReadyChecks.Of(e);
        }
    }

    /// <summary>Databases of the server that the login may not rename.</summary>
    private static async Task<IReadOnlyList<DatabaseRow>> ForeignAsync(TargetServer server, CancellationToken cancellationToken)
    {
        await using var session = await server.OpenAsync(server.Target.Database, cancellationToken);
        try
        {
            return await Sql.ListAsync(
                session.Connection, $"{DatabaseRow.Query} WHERE {Replaceable} ORDER BY 1", DatabaseRow.Read, cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw ServerRefusal.AfterLogin(e, server.Target);
        }
    }

    private static async Task<TargetFacts> ReadAsync(
        TargetServer server, string database, IReadOnlyCollection<string> roles, CancellationToken cancellationToken)
    {
        await using var session = await server.OpenAsync(server.Target.Database, cancellationToken);
        try
        {
            var facts = await TargetFacts.ReadAsync(session.Connection, database, server.Major, roles, cancellationToken);
            await using var elsewhere = await server.FindElsewhereAsync([database], cancellationToken);
            return facts with
            {
                HasElsewhere = elsewhere is not null,
                FreeSpace = await ServerDisk.FreeAsync(session, cancellationToken),
            };
        }
        catch (NpgsqlException e)
        {
            throw ServerRefusal.AfterLogin(e, server.Target);
        }
    }
}
