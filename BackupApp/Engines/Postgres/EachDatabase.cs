using BackupApp.Tools;

namespace BackupApp.Engines.Postgres;

/// <summary>Logs in to each database of a server, and looks at what a dump of it would lack.</summary>
internal sealed class EachDatabase(PostgresLogin login, TimeProvider time)
{
    // Somebody waits for the answer in a browser; what is not looked at by then is told by the first backup.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LoginLimit = TimeSpan.FromSeconds(5);

    /// <summary>The first finding, with the databases that have one; and how many could not be looked at in time.</summary>
    public async Task<(ConnectionTestResult? Found, int Unchecked)> RunAsync(
        DatabaseConnection connection, ServerCatalog catalog, DumpSelection selection, int major, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var found = new List<(string Database, PostgresFindings Finding)>();
        var looked = 0;
        foreach (var database in catalog.Databases.TakeWhile(_ => time.GetElapsedTime(started) < Limit))
        {
            looked++;
            var one = connection with { Database = database.Name };
            var (finding, mayPass) = await LookAsync(one, selection, major, cancellationToken);
            // A database that is dropped by force ends its sessions as a server does that shuts down: the second look tells them apart.
            if (mayPass)
                (finding, _) = await LookAsync(one, selection, major, cancellationToken);
            // One that is gone by now was dropped since they were listed: no backup will look for it.
            if (finding.Code is not (ConnectionTestCode.Ok or ConnectionTestCode.DatabaseNotFound))
                found.Add((database.Name, finding));
        }

        if (found.Count == 0)
            return (null, catalog.Databases.Count - looked);
        var first = found[0].Finding;
        var others = found.Count == 1
            ? ""
            : $" {found.Count} databases have such a problem: {NameList.Of([.. found.Select(f => f.Database)])}.";
        return (
            new ConnectionTestResult(
                first.Code,
                $"{found[0].Database}: {first.Message}{others}",
                first.Code == ConnectionTestCode.PrivilegesMissing
                    // On a line of its own, since nobody knows what a database is called.
                    ? $"In the database {ShellWord.Show(found[0].Database)}.\n{first.Advice}"
                    : first.Advice,
                TimeSpan.Zero,
                null),
            0);
    }

    private async Task<(PostgresFindings Finding, bool MayPass)> LookAsync(
        DatabaseConnection connection, DumpSelection selection, int major, CancellationToken cancellationToken)
    {
        try
        {
            var (session, _, _) = await login.OpenAsync(connection, selection, LoginLimit, cancellationToken);
            await using (session)
                return (await PostgresFindings.OfAsync(session.Connection, selection, major, cancellationToken), false);
        }
        catch (ConnectException e)
        {
            return (new(e.Code, e.Message, e.Advice), e is { Transient: true, Code: ConnectionTestCode.ServerError });
        }
    }
}
