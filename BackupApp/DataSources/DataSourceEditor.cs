using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Engines;
using BackupApp.Engines.Mongo;
using BackupApp.Engines.Postgres;
using BackupApp.Errors;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.DataSources;

/// <summary>Adds, changes, tests and removes data sources: the same for pages and API.</summary>
public sealed class DataSourceEditor(
    AppDbContext db, AuditLog audit, EngineCatalog engines, RestorePreparation restores, SecretBox secrets, TimeProvider time)
{
    private readonly ConnectionTrials _trials = new(engines, secrets);

    /// <summary>Saves a new source with the result of its first connection test, which may well have failed.</summary>
    /// <exception cref="InvalidInputException"/>
    public Task<DataSource> CreateAsync(DataSourceInput input, CancellationToken cancellationToken) =>
        SaveNewAsync(input, tested: true, cancellationToken);

    /// <summary>Saves a new source that is not tested yet, for whoever has more to do in the same transaction.</summary>
    /// <exception cref="InvalidInputException"/>
    public Task<DataSource> AddAsync(DataSourceInput input, CancellationToken cancellationToken) =>
        SaveNewAsync(input, tested: false, cancellationToken);

    private async Task<DataSource> SaveNewAsync(DataSourceInput input, bool tested, CancellationToken cancellationToken)
    {
        var problems = new Dictionary<string, string>();
        var (name, environment, labels) = (input.ReadName(problems), input.ReadEnvironment(problems), input.ReadLabels(problems));
        var form = engines.Of(input.Engine).Form;
        var connection = input.ReadConnection(form, null, problems);
        var restoreLogin = connection is null ? null : input.RestoreLogin.Read(null, false, connection.Security, problems);
        var selection = form.ReadSelection(input.Selection, problems);
        if (problems.Count > 0)
            throw new InvalidInputException(problems);

        ConnectionTestResult? result = null;
        var chosen = connection!.ChoosesTls;
        if (tested || chosen)
            (connection, result) = await _trials.TestAsync(connection, selection, cancellationToken);
        var source = DataSource.Create(name, environment, connection, secrets, time.GetUtcNow());
        source.Select(selection, time.GetUtcNow());
        source.Label(labels);
        db.Add(source);
        audit.Record(
            AuditActions.DataSourceCreated,
            Target(source),
            new
            {
                engine = source.Engine.ToSnakeCase(),
                source.Host,
                source.Port,
                source.Database,
                tlsModeChosenHere = chosen,
                selection,
                labels,
            });
        RecordConnection(source, null, connection);
        restores.Apply(source, restoreLogin);
        if (result is not null)
            await RememberAsync(source, result, cancellationToken);

        await SaveAsync(name, cancellationToken);
        return source;
    }

    /// <summary>Saves a new source whose credentials come later.</summary>
    /// <exception cref="InvalidInputException"/>
    public async Task<DataSource> AddWithoutCredentialsAsync(DataSourceInput input, CancellationToken cancellationToken)
    {
        var problems = new Dictionary<string, string>();
        var (name, environment, labels) = (input.ReadName(problems), input.ReadEnvironment(problems), input.ReadLabels(problems));
        var selection = engines.Of(input.Engine).Form.ReadSelection(input.Selection, problems);
        if (problems.Count > 0)
            throw new InvalidInputException(problems);

        var source = DataSource.CreateWithoutCredentials(name, environment, input.Engine, time.GetUtcNow());
        source.Select(selection, time.GetUtcNow());
        source.Label(labels);
        db.Add(source);
        audit.Record(AuditActions.DataSourceCreated, Target(source), new { engine = source.Engine.ToSnakeCase(), selection, labels });
        await SaveAsync(name, cancellationToken);
        return source;
    }

    /// <summary>
    /// Changes what it is called, stands for and backs up, and leaves its connection alone; that is
    /// tested anew when something else is to be backed up.
    /// </summary>
    /// <param name="version">The row as the editor saw it.</param>
    /// <exception cref="InvalidInputException"/>
    /// <exception cref="ConflictException">Somebody else saved it in between.</exception>
    /// <exception cref="NotFoundException"/>
    public async Task<DataSource> ChangeAsync(Guid id, uint version, DataSourceInput input, CancellationToken cancellationToken)
    {
        var source = await FindAsync(id, cancellationToken);
        db.Entry(source).Property(s => s.Version).OriginalValue = version;
        var problems = new Dictionary<string, string>();
        var (name, environment, labels) = (input.ReadName(problems), input.ReadEnvironment(problems), input.ReadLabels(problems));
        var selection = engines.Of(source.Engine).Form.ReadSelection(input.Selection, problems);
        if (problems.Count > 0)
            throw new InvalidInputException(problems);

        source.Rename(name, environment, time.GetUtcNow());
        source.Label(labels);
        source.Select(selection, time.GetUtcNow());
        var what = new { environment = source.Environment.ToSnakeCase(), selection, labels };
        audit.Record(AuditActions.DataSourceUpdated, Target(source), what);
        if (source.HasCredentials && db.Entry(source).Property(s => s.Selection).IsModified)
        {
            var result = await _trials.TryStoredAsync(source, cancellationToken);
            if (result.Code == ConnectionTestCode.OwnDatabase)
                throw new InvalidInputException(
                    $"{nameof(DataSourceInput.Selection)}.{nameof(DumpSelectionInput.Scope)}",
                    $"{result.Message} {result.Advice}");
            await RememberAsync(source, result, cancellationToken);
        }

        await SaveAsync(name, cancellationToken);
        return source;
    }

    /// <param name="version">The row as the editor saw it.</param>
    /// <exception cref="InvalidInputException"/>
    /// <exception cref="ConflictException">Somebody else saved it in between.</exception>
    /// <exception cref="NotFoundException"/>
    public async Task<DataSource> UpdateAsync(Guid id, uint version, DataSourceInput input, CancellationToken cancellationToken)
    {
        var source = await FindAsync(id, cancellationToken);
        db.Entry(source).Property(s => s.Version).OriginalValue = version;
        var stored = _trials.DecryptOrEmpty(source);
        var problems = new Dictionary<string, string>();
        var (name, environment, labels) = (input.ReadName(problems), input.ReadEnvironment(problems), input.ReadLabels(problems));
        var form = engines.Of(source.Engine).Form;
        var connection = input.ReadConnection(form, stored, problems);
        var restoreLogin = connection is null
            ? null
            : input.RestoreLogin.Read(
                source.RestoreUsername, ConnectionInput.MovesOthers(stored, connection), connection.Security, problems);
        var selection = form.ReadSelection(input.Selection, problems);
        if (problems.Count > 0)
            throw new InvalidInputException(problems);

        var chosen = connection!.ChoosesTls;
        (connection, var result) = await _trials.TestAsync(connection, selection, cancellationToken);
        source.Select(selection, time.GetUtcNow());
        source.Rename(name, environment, time.GetUtcNow());
        source.Label(labels);
        RecordConnection(source, stored, connection);
        source.SetConnection(connection, secrets, time.GetUtcNow());
        restores.Apply(source, restoreLogin);
        audit.Record(
            AuditActions.DataSourceUpdated,
            Target(source),
            new
            {
                source.Host,
                source.Port,
                source.Database,
                tlsMode = source.TlsMode.ToLibpq(),
                tlsModeChosenHere = chosen,
                selection,
                labels,
            });
        await RememberAsync(source, result, cancellationToken);
        await SaveAsync(name, cancellationToken);
        return source;
    }

    /// <summary>Tries the stored login, and remembers what it found.</summary>
    /// <exception cref="NotFoundException"/>
    public async Task<ConnectionTestResult> TestAsync(Guid id, CancellationToken cancellationToken)
    {
        var source = await FindAsync(id, cancellationToken);
        var result = await _trials.TryStoredAsync(source, cancellationToken);
        await RememberAsync(source, result, cancellationToken);
        await SaveAsync(source.Name, cancellationToken);
        return result;
    }

    private async Task<DataSource> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await db.Set<DataSource>().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) ?? throw new NotFoundException("data source");

    private void RecordConnection(DataSource source, DatabaseConnection? before, DatabaseConnection after)
    {
        var facts = ConnectionFacts.Of(after);
        if (before is null || before.Secrets != after.Secrets || !facts.SameAs(ConnectionFacts.Of(before)))
            audit.Record(AuditActions.DataSourceCredentialsSet, Target(source), facts);
    }

    private async Task RememberAsync(DataSource source, ConnectionTestResult result, CancellationToken cancellationToken)
    {
        source.RecordTest(result, time.GetUtcNow());
        audit.Record(
            AuditActions.DataSourceVerifyAttempted,
            Target(source),
            new { code = result.Code.ToSnakeCase(), latencyMs = (int)result.Latency.TotalMilliseconds });
        await restores.LookAsync(source, result, cancellationToken);
    }

    private Task SaveAsync(string name, CancellationToken cancellationToken) => db.SaveNamedAsync("data source", name, cancellationToken);

    private static AuditTarget Target(DataSource source) => new("datasource", source.Id, source.Name);
}
