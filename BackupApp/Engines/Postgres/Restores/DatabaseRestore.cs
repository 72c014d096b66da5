using BackupApp.Engines.Postgres.Archives;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using Npgsql;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>One restore of one database, from its first look to the name that it gets at the end.</summary>
internal sealed class DatabaseRestore(RestoreOrder order, TargetServer server, IRestoreSteps steps, ToolRun tool, TimeProvider time)
{
    private const int TransactionTimeoutMajor = 17;

    // They are written down once more, and on one row.
    private const int MostErrors = 200;

    public async Task<RestoreReport> RunAsync(CancellationToken cancellationToken)
    {
        steps.Report(new(RestorePhase.Preparing));
        var head = await ReadHeadAsync(cancellationToken);
        await CheckAsync(head, cancellationToken);
        var client = tool.Choose(head.Header, server.Major);
        steps.Began($"pg_restore {client.Version}", server.Server.Server.Version);
        return order.Mode == RestoreMode.NewServer
            ? await IntoExistingAsync(head, client, cancellationToken)
            : await BesideAsync(head, client, cancellationToken);
    }

    // Entries come before all data: the stream is opened again for those.
    private async Task<ArchiveHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        await using var archive = await steps.OpenDumpAsync(cancellationToken);
        try
        {
            return await ArchiveHead.ReadAsync(archive, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new RestoreFailedException(RunStage.Read, "archive_unreadable", $"The backup cannot be read: {e.Message}", inner: e);
        }
    }

    // What was true when a person looked may not be true any more.
    private async Task CheckAsync(ArchiveHead head, CancellationToken cancellationToken)
    {
        var probe = await RestoreProbe.RunAsync(order, server, ArchiveNeeds.Of(head, order.Selection), cancellationToken);
        if (probe.Checks.FirstOrDefault(c => c.State == CheckState.Bad) is { } bad)
            throw new RestoreFailedException(RunStage.Connect, bad.Code, bad.Text, bad.Fix);
    }

    private async Task<RestoreReport> IntoExistingAsync(ArchiveHead head, PgClient client, CancellationToken cancellationToken)
    {
        await using var session = await server.OpenAsync(order.Database, cancellationToken);
        var row = await TargetServer.FindAsync(session.Connection, order.Database, cancellationToken);

        // A tool newer than the server sets what that one does not have, which in one transaction would be its end.
        var inOne = !order.GoOnPastErrors && !(client.Major >= TransactionTimeoutMajor && server.Major < TransactionTimeoutMajor);
        if (!inOne)
            steps.Warn("It is not restored in one transaction: should it fail, the database keeps what came until then.");
        await steps.FillingAsync(order.Database, row!.Oid, cancellationToken);
        var filled = await tool.FillAsync(order, server, head, client, order.Database, inOne, cancellationToken);
        return Report(new(order.Database, row.Oid), filled);
    }

    private async Task<RestoreReport> BesideAsync(ArchiveHead head, PgClient client, CancellationToken cancellationToken)
    {
        var half = new HalfMadeDatabase(server, steps);
        try
        {
            var archive = ArchiveDatabase.Of(head);
            var made = await half.MakeAsync(archive, RestoreNames.Restoring(order.Database, order.Id), cancellationToken);
            var filled = await tool.FillAsync(order, server, head, client, made.Name, inOne: false, cancellationToken);
            return order.Mode == RestoreMode.Overwrite && !filled.IsWhole && !order.SwapPartial
                ? KeepBeside(made, filled)
                : await PutInPlaceAsync(archive, made, filled, cancellationToken);
        }
        catch (RestoreFailedException e) when (e.IsUndecided)
        {
            throw;
        }
        catch (NpgsqlException e)
        {
            await half.ClearAsync();
            throw new RestoreFailedException(
                RunStage.Restore, "server_error", $"The target refused or went away: {e.Message}", ServerAdvice.Of(e.Message), e);
        }
        catch
        {
            await half.ClearAsync();
            throw;
        }
    }

    private RestoreReport KeepBeside(KeptDatabase made, FilledDatabase filled)
    {
        steps.Warn(
            $"Not everything could be restored and counted, so \"{order.Database}\" was left as it is; what was restored is in "
                + $"\"{made.Name}\".");
        return Report(new(made.Name, made.Oid), filled) with { InPlace = false };
    }

    private async Task<RestoreReport> PutInPlaceAsync(
        ArchiveDatabase archive, KeptDatabase made, FilledDatabase filled, CancellationToken cancellationToken)
    {
        var place = new EmptyPlace(order, server, steps, time);
        var (outgoing, traits) = order.Mode == RestoreMode.Overwrite
            ? (await OldAsync(cancellationToken), await TraitsAsync(server, order.Database, cancellationToken))
            : (await place.FindAsync(cancellationToken), NewTraits(archive, filled.Owners));
        var swap = new RestoreSwap(order.Database, made, outgoing) { Errors = [.. filled.Missing.Take(MostErrors)] };
        await new DatabaseSwap(server, steps, time).RunAsync(
            swap, [HalfMadeDatabase.Open(order.Database), .. traits], cancellationToken);
        if (EmptyPlace.IsWanted(order) && outgoing is not null)
            outgoing = await place.DropAsync(outgoing);
        return Report(new(order.Database, made.Oid), filled) with { Kept = outgoing };
    }

    private async Task<KeptDatabase> OldAsync(CancellationToken cancellationToken)
    {
        await using var session = await server.OpenAsync(order.Database, cancellationToken);
        var row = await TargetServer.FindAsync(session.Connection, order.Database, cancellationToken);
        return new(RestoreNames.Before(order.Database, time.GetUtcNow()), row!.Oid);
    }

    /// <summary>Statements that give a database the properties of the one that has its name now.</summary>
    public static async Task<IReadOnlyList<string>> TraitsAsync(TargetServer server, string database, CancellationToken cancellationToken)
    {
        await using var session = await server.OpenAsync(database, cancellationToken);
        var traits = await PostgresTraits.ReadAsync(session.Connection, cancellationToken);
        var statements = PgTraitsSql.Statements(traits!, ServerRefusal.Quote(database)).ToList();
        // The owner comes last: whoever gives a database away may not change it any more.
        return [.. statements.Skip(1), statements[0]];
    }

    private List<string> NewTraits(ArchiveDatabase archive, IReadOnlySet<string> owners)
    {
        var statements = archive.Properties(order.Database).ToList();
        if (archive.Owner is not { } owner)
            return statements;
        if (owners.Contains(owner))
            statements.Add($"ALTER DATABASE {ServerRefusal.Quote(order.Database)} OWNER TO {ServerRefusal.Quote(owner)}");
        else
            steps.Warn($"The database belongs to the login: its owner was \"{owner}\", to whom it could not be given.");
        return statements;
    }

    private static RestoreReport Report(KeptDatabase database, FilledDatabase filled) => new(database.Name, database.Oid)
    {
        Errors = filled.Errors,
        Uncounted = filled.Uncounted,
        Tables = filled.Tables,
        Next = [.. filled.Next, NextSteps.Analyze(database.Name)],
    };
}
