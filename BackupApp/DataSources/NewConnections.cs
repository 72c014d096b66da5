using BackupApp.Engines;
using BackupApp.Errors;
using BackupApp.Secrets;

namespace BackupApp.DataSources;

/// <summary>Tries a connection that somebody has just entered, before there is a source, and looks what is on its server.</summary>
public sealed class NewConnections(EngineCatalog engines, SecretBox secrets)
{
    private static readonly TimeSpan LongestList = TimeSpan.FromSeconds(5);

    private readonly ConnectionTrials _trials = new(engines, secrets);

    /// <summary>Nothing is saved.</summary>
    /// <exception cref="InvalidInputException">It cannot be read, or is BackupApp's own database.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<NewConnection> TryAsync(DataSourceInput input, CancellationToken cancellationToken)
    {
        var (connection, selection) = Read(input);
        (connection, var result) = await _trials.TestAsync(connection, selection, cancellationToken);
        return new NewConnection(connection, selection.Scope, result, await ListAsync(connection, result, cancellationToken));
    }

    /// <summary>The connection as it was entered, for a name of its own.</summary>
    /// <returns>Null where it cannot be read.</returns>
    internal DatabaseConnection? ReadOrNull(DataSourceInput input) =>
        input.ReadConnection(engines.Of(input.Engine).Form, null, []);

    private (DatabaseConnection Connection, DumpSelection Selection) Read(DataSourceInput input)
    {
        var problems = new Dictionary<string, string>();
        var form = engines.Of(input.Engine).Form;
        var connection = input.ReadConnection(form, null, problems);
        var selection = form.ReadSelection(input.Selection, problems);
        return problems.Count == 0 ? (connection!, selection) : throw new InvalidInputException(problems);
    }

    private async Task<IReadOnlyList<string>> ListAsync(
        DatabaseConnection connection, ConnectionTestResult result, CancellationToken cancellationToken)
    {
        if (result.Server is null)
            return [];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestList);
        try
        {
            var found = await engines.Of(connection.Engine).ListDatabasesAsync(connection, limit.Token);
            return found.Databases;
        }
        catch (ConnectException)
        {
            return []; // The list is an offer; the test has said what counts.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [];
        }
    }
}

/// <param name="Connection">With its encryption chosen, and with its secrets: it stays in memory.</param>
/// <param name="Databases">All that the login sees there; empty where it could not ask.</param>
public sealed record NewConnection(
    DatabaseConnection Connection, SourceScope Scope, ConnectionTestResult Result, IReadOnlyList<string> Databases);
