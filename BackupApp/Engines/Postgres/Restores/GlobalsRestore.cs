using System.Text;
using BackupApp.Engines.Postgres.Archives;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using Npgsql;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>
/// Roles and tablespaces of a whole server's backup. What the server has already stays as it is, passwords too: among it is the
/// login that this runs by.
/// All roles come in one transaction, or none.
/// </summary>
internal sealed class GlobalsRestore(TargetServer server, IRestoreSteps steps)
{
    private const int MostBytes = 64 * 1024 * 1024;

    private readonly List<string> _errors = [];
    private readonly List<string> _kept = [];

    public async Task<RestoreReport> RunAsync(RestoreOrder order, CancellationToken cancellationToken)
    {
        steps.Report(new(RestorePhase.Preparing));
        var statements = GlobalStatement.Of(await ReadAsync(cancellationToken)).ToList();
        steps.Began("BackupApp", server.Server.Server.Version);
        await using var session = await server.OpenAsync(server.Target.Database, cancellationToken);
        try
        {
            await RolesAsync(session.Connection, [.. statements.Where(s => !s.IsTablespace)], order.GoOnPastErrors, cancellationToken);
            await TablespacesAsync(session.Connection, [.. statements.Where(s => s.IsTablespace)], cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw new RestoreFailedException(RunStage.Restore, "server_error", $"The target refused or went away: {e.Message}", inner: e);
        }

        if (_kept.Count > 0)
            steps.Warn($"The server has these already, and they stay as they are: {ProbeChecks.Named(_kept)}.");
        return new(order.Database, 0) { Errors = _errors };
    }

    private async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        await using var dump = await steps.OpenDumpAsync(cancellationToken);
        using var text = new MemoryStream();
        var piece = new byte[64 * 1024];
        while (await dump.ReadAsync(piece, cancellationToken) is > 0 and var read)
        {
            if (text.Length + read > MostBytes)
                throw new RestoreFailedException(
                    RunStage.Read, "archive_unreadable", "The roles of this backup are more than can be read (64 MiB).");
            text.Write(piece, 0, read);
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private async Task RolesAsync(
        NpgsqlConnection connection, List<GlobalStatement> statements, bool goOn, CancellationToken cancellationToken)
    {
        var names = statements.Select(s => s.Name).ToHashSet();
        var there = (await TargetRoles.FindAsync(connection, names, server.Major, cancellationToken)).All;
        _kept.AddRange(statements.Where(s => s.Creates && there.Contains(s.Name)).Select(s => $"role {s.Name}"));
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var statement in statements.Where(s => !there.Contains(s.Name)))
        {
            await Sql.ExecuteAsync(connection, "SAVEPOINT global", cancellationToken);
            try
            {
                await Sql.ExecuteAsync(connection, statement.Sql, cancellationToken);
            }
            catch (PostgresException e) when (goOn || statement.IsMembership)
            {
                await Sql.ExecuteAsync(connection, "ROLLBACK TO SAVEPOINT global", cancellationToken);
                _errors.Add($"{statement.Words}: {e.MessageText}");
            }
            catch (PostgresException e)
            {
                throw new RestoreFailedException(
                    RunStage.Restore, "restore_failed", $"{statement.Words} failed: {e.MessageText}. No role was made.", e.Hint, e);
            }
        }

        await transaction.CommitAsync(cancellationToken);
    }

    // They need folders on the server, and no transaction can hold them.
    private async Task TablespacesAsync(NpgsqlConnection connection, List<GlobalStatement> statements, CancellationToken cancellationToken)
    {
        var there = (await Sql.ListAsync(
            connection, "SELECT spcname::text FROM pg_tablespace WHERE spcname = ANY ($1)", r => r.GetString(0), cancellationToken,
            (object)statements.Select(s => s.Name).ToArray())).ToHashSet();
        _kept.AddRange(statements.Where(s => s.Creates && there.Contains(s.Name)).Select(s => $"tablespace {s.Name}"));
        foreach (var statement in statements.Where(s => !there.Contains(s.Name)))
        {
            try
            {
                await Sql.ExecuteAsync(connection, statement.Sql, cancellationToken);
            }
            catch (PostgresException e)
            {
                steps.Warn($"{statement.Words} failed ({e.MessageText}): what was in this tablespace goes to the usual one.");
            }
        }
    }
}

/// <summary>One statement of pg_dumpall's about a role or a tablespace.</summary>
/// <param name="Name">The role or tablespace that it changes.</param>
/// <param name="Words">For people, without anything secret.</param>
internal sealed record GlobalStatement(string Sql, string Name, string Words, bool Creates, bool IsTablespace, bool IsMembership)
{
    public static IEnumerable<GlobalStatement> Of(string sql)
    {
        sql = WithoutComments(sql);
        foreach (var tokens in SqlTokens.Statements(sql).Where(t => t.Count > 2))
        {
            if (Of(sql[tokens[0].Start..tokens[^1].End], tokens) is { } statement)
                yield return statement;
        }
    }

    private static GlobalStatement? Of(string sql, IReadOnlyList<SqlToken> tokens)
    {
        var verb = tokens[0].Text.ToUpperInvariant();
        var isOn = verb is "COMMENT" || (verb is "GRANT" or "REVOKE" && tokens.Any(t => t.Is("TABLESPACE")));
        if (isOn)
        {
            var on = tokens.ToList().FindIndex(t => t.Is("ON"));
            return on < 0 || on + 2 >= tokens.Count ? null : Make(sql, $"{verb} ON", tokens[on + 1], tokens[on + 2], creates: false);
        }

        if (verb is "GRANT" && tokens.ToList().FindIndex(t => t.Is("TO")) is var to and > 0 && to + 1 < tokens.Count)
            return new(sql, tokens[to + 1].Text, $"GRANT {tokens[1].Text} TO {tokens[to + 1].Text}", false, false, IsMembership: true);
        return verb is "CREATE" or "ALTER" ? Make(sql, verb, tokens[1], tokens[2], verb == "CREATE") : null;
    }

    private static GlobalStatement? Make(string sql, string verb, SqlToken kind, SqlToken name, bool creates) =>
        kind.Is("ROLE") || kind.Is("TABLESPACE")
            ? new(sql, name.Text, $"{verb} {kind.Text.ToUpperInvariant()} {name.Text}", creates, kind.Is("TABLESPACE"), IsMembership: false)
            : null;

    // Lines that begin with two dashes, and psql's commands, unless they stand within quotes.
    private static string WithoutComments(string sql)
    {
        var kept = new StringBuilder(sql.Length);
        var quote = '\0';
        foreach (var line in sql.Split('\n'))
        {
            if (quote == '\0' && (line.StartsWith("--", StringComparison.Ordinal) || line.StartsWith('\\')))
                continue;
            foreach (var c in line.Where(c => c is '\'' or '"' && (quote == '\0' || quote == c)))
                quote = quote == '\0' ? c : '\0';
            kept.Append(line).Append('\n');
        }

        return kept.ToString();
    }
}
