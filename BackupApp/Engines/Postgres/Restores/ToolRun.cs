using BackupApp.Engines.Archives;
using BackupApp.Engines.Postgres.Archives;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Inventories;
using BackupApp.Tools;
using Npgsql;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>What a database holds after the tool.</summary>
/// <param name="Owners">Roles that the login may give objects to.</param>
internal sealed record FilledDatabase(IReadOnlyList<string> Errors, IReadOnlyList<RestoredTable> Tables, IReadOnlySet<string> Owners)
{
    /// <summary>Where what was not counted must not take the place of something: a sentence for each such table.</summary>
    public IReadOnlyList<string> Uncounted { get; init; } = [];

    public IEnumerable<string> Missing => Errors.Concat(Uncounted);

    /// <summary>Everything is there, as far as anybody can tell.</summary>
    public bool IsWhole => !Missing.Any();

    public IReadOnlyList<RestoreStep> Next { get; init; } = [];
}

/// <summary>Feeds the dump into pg_restore, judges what it says, reads the dump to its last byte, and counts what arrived.</summary>
internal sealed class ToolRun(PgRestore tool, IRestoreSteps steps, TimeProvider time)
{
    // As much of a dump as is read in this time, to learn whether it is the backup that is wrong.
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(2);

    /// <exception cref="RestoreFailedException"/>
    public PgClient Choose(ArchiveHeader archive, int targetMajor) => tool.Choose(archive, targetMajor);

    /// <param name="database">An empty one.</param>
    /// <exception cref="RestoreFailedException">The tool or the server; or what arrived is not what the dump holds.</exception>
    public async Task<FilledDatabase> FillAsync(
        RestoreOrder order, TargetServer server, ArchiveHead head, PgClient client, string database, bool inOne,
            CancellationToken cancellationToken)
    {
        var facts = await FactsAsync(server, database, RestorePlan.RolesOf(head.Entries), cancellationToken);
        var picked = Pick(order, head);
        var plan = RestorePlan.Of(picked?.Entries ?? head.Entries, facts);
        foreach (var note in plan.Notes)
            steps.Warn(note);
        var reader = order.Dump.Inventory is { RowsNotRead: null } ? null : ArchiveReaders.For(Engine.Postgres, ArtifactKind.Database);
        var lines = await FeedAsync(order, server.In(database), client, plan, reader, inOne, cancellationToken);
        var filled = await CountAsync(
            order, server.In(database), plan, Known(order, reader), new(lines.Texts, [], facts.Roles.Owners), cancellationToken);
        return filled with { Next = await NextAsync(order, server, database, picked, cancellationToken) };
    }

    private PickedEntries? Pick(RestoreOrder order, ArchiveHead head)
    {
        if (order.Selection.IsEverything)
            return null;
        var picked = PickedEntries.Of(head, order.Selection);
        if (picked.Entries.Count == 0)
            throw new RestoreFailedException(
                RunStage.Read, "nothing_picked", "This backup holds nothing of what was picked.", string.Join(' ', picked.Notes()));
        foreach (var note in picked.Notes())
            steps.Warn(note);
        return picked;
    }

    private async Task<IReadOnlyList<RestoreStep>> NextAsync(
        RestoreOrder order, TargetServer server, string database, PickedEntries? picked, CancellationToken cancellationToken)
    {
        if (picked is null)
            return [];
        foreach (var note in NextSteps.Untold(order.Selection, picked.ForeignKeys))
            steps.Warn(note);
        await using var session = await server.OpenAsync(database, cancellationToken);
        return
        [
            .. await NextSteps.OfTablesAsync(
                session.Connection, order.Selection.Tables, order.Database, order.Dump.Name, cancellationToken),
            .. NextSteps.OfSchemas(order.Selection.Schemas, order.Database, order.Dump.Name),
            .. NextSteps.OfForeignKeys(picked.ForeignKeys, order.Dump.Name),
        ];
    }

    private static async Task<PlanFacts> FactsAsync(
        TargetServer server, string database, IReadOnlyCollection<string> roles, CancellationToken cancellationToken)
    {
        await using var session = await server.OpenAsync(database, cancellationToken);
        var connection = session.Connection;
        return new(
            await Sql.ScalarAsync<bool>(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user", cancellationToken),
            await TargetRoles.FindAsync(connection, roles, server.Major, cancellationToken),
            (await Sql.ListAsync(connection, "SELECT nspname::text FROM pg_namespace", r => r.GetString(0), cancellationToken))
                .ToHashSet());
    }

    private async Task<ToolLines> FeedAsync(
        RestoreOrder order, TargetServer server, PgClient client, RestorePlan plan, IArchiveReader? reader, bool inOne,
            CancellationToken cancellationToken)
    {
        using var command = await tool.PrepareAsync(server.Target, server.Server, client, plan, inOne, cancellationToken);
        await using var source = new RestoredSource(await steps.OpenDumpAsync(cancellationToken), reader);
        await using var watch = await tool.WatchAsync(server.Target, server.Server, command, cancellationToken);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lines = new ToolLines(steps, plan.Tables, order.GoOnPastErrors, () => _ = end.CancelAsync());
        var process = new DumpProcess(command, DumpLimits.Default with { Stall = order.Stall }, time, lines);
        try
        {
            await process.FeedAsync(source, Stream.Null, end.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw await BlameAsync(ToolFailure.Of(lines, order.Stall), source, cancellationToken);
        }
        catch (DumpFailedException e) when (e.Stage is RunStage.Dump or RunStage.Store)
        {
            if (e.Code != DumpFailure.Failed || process.ExitCode != 1 || lines.Ignored is null || lines.Ignored != lines.Count)
                throw await BlameAsync(ToolFailure.Of(e, lines, order.Stall), source, cancellationToken);
        }
        finally
        {
            steps.Saw(watch.Connection);
        }

        // It may have come to its end before it could be ended.
        if (!order.GoOnPastErrors && lines.Errors.Any(e => e.Kind == ToolErrorKind.Unknown))
            throw await BlameAsync(ToolFailure.Of(lines, order.Stall), source, cancellationToken);
        await source.FinishAsync(cancellationToken);
        return lines;
    }

    /// <summary>
    /// A damaged dump makes the tool and the server say strange things ("out of memory"), which are believed only when the stored
    /// object is what it was.
    /// </summary>
    /// <returns>The tool's failure; that of the object is thrown.</returns>
    private static async Task<RestoreFailedException> BlameAsync(
        RestoreFailedException failure, RestoredSource source, CancellationToken cancellationToken)
    {
        if (failure.FailureCode != ToolFailure.Failed)
            return failure;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestLook);
        try
        {
            await source.FinishAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return failure; // Too long a dump to make anybody wait for it.
        }

        return failure;
    }

    // What the dump holds: known from when it was made, or counted while it passed.
    private Inventory? Known(RestoreOrder order, IArchiveReader? reader)
    {
        switch (reader?.Complete())
        {
            case null:
                return order.Dump.Inventory;
            case ArchiveReading.Whole { Inventory: var inventory }:
                return inventory;
            case ArchiveReading.Damaged damaged:
                throw new RestoreFailedException(
                    RunStage.Read, "archive_damaged", $"The backup is damaged {damaged.Where}: {damaged.What}");
            default:
                steps.Warn("What the dump holds could not be counted, so that what was restored was not held against it.");
                return null;
        }
    }

    private async Task<FilledDatabase> CountAsync(
        RestoreOrder order, TargetServer server, RestorePlan plan, Inventory? dump, FilledDatabase filled,
            CancellationToken cancellationToken)
    {
        var rows = plan.Entries.Where(e => e.Kind == "TABLE DATA").Select(e => (e.Schema ?? "", e.Tag)).ToHashSet();
        bool IsRestored(InventoryTable table) => rows.Contains((table.Schema, table.Name));
        // What takes the place of something is counted row by row; and rows that were rolled back were inserted too.
        var expected = dump is null || filled.Errors.Count > 0 || order.Mode == RestoreMode.Overwrite
            ? []
            : dump.Tables.Where(t => t.Rows is not null && IsRestored(t)).ToDictionary(t => (t.Schema, t.Name), t => t.Rows!.Value);
        var counted = await CountAsync(server, expected, cancellationToken);
        var differences = dump is null ? null : RestoredRows.Differences(dump, counted, IsRestored);
        if (differences is not null && filled.Errors.Count == 0)
            throw new RestoreFailedException(RunStage.Restore, "rows_differ", differences);
        return filled with
        {
            Errors = differences is null ? filled.Errors : [.. filled.Errors, differences],
            Tables = counted.Tables,
            Uncounted = TellRefused(order, counted),
        };
    }

    private async Task<CountedRows> CountAsync(
        TargetServer server, IReadOnlyDictionary<(string, string), long> expected, CancellationToken cancellationToken)
    {
        await using var session = await server.OpenAsync(server.Target.Database, cancellationToken);
        try
        {
            return await new RestoredRows(steps).CountAsync(session.Connection, expected, cancellationToken);
        }
        catch (PostgresException e)
        {
            throw new RestoreFailedException(
                RunStage.Restore, "not_counted", $"What was restored could not be counted: {e.MessageText} (SQLSTATE {e.SqlState}).",
                ServerAdvice.Of(e.MessageText), e);
        }
    }

    // Nothing takes the place of a database before all of it is counted; elsewhere it is enough to say so.
    private List<string> TellRefused(RestoreOrder order, CountedRows counted)
    {
        var sentences = counted.Refused.Select(t => t.Sentence).ToList();
        if (order.Mode == RestoreMode.Overwrite)
            return sentences;
        sentences.ForEach(steps.Warn);
        return [];
    }
}
