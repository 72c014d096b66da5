using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Inventories.Changes;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <summary>Reads what somebody wants to restore, and says all that is wrong with it before anything is contacted.</summary>
public sealed class RestorePlans(AppDbContext db, EngineCatalog engines)
{
    /// <exception cref="InvalidInputException"/>
    /// <exception cref="ConflictException">The backup is not one that can be restored (any more).</exception>
    public async Task<RestorePlan> ReadAsync(RestoreInput input, CancellationToken cancellationToken)
    {
        var problems = new Dictionary<string, string>();
        var source = await FindSourceAsync(input, problems, cancellationToken);
        var backup = source is null ? null : await FindBackupAsync(source, input, problems, cancellationToken);
        if (input.Mode is null)
            problems[nameof(input.Mode)] = "Say where to restore to: new_database, new_server or overwrite.";
        var parts = backup is null ? [] : ServerChoice.Parts(backup, input, problems);
        var artifact = backup is null ? null : parts is [var first, ..] ? first : Choose(backup, input, problems);
        var target = source is null || input.Mode is null ? null : ReadTarget(source, artifact, input, problems);
        PlanRules.RequireWhole(source, input, problems);
        PlanRules.RequireOneDatabase(artifact, problems);
        if (problems.Count > 0)
            throw new InvalidInputException(problems);

        foreach (var part in parts.DefaultIfEmpty(artifact!))
            PlanRules.RequireStored(backup!, part);
        await RequireDestinationAsync(artifact!, cancellationToken);
        return new(input.Mode!.Value, source!, backup!, artifact!, target!.Value.Login, target.Value.Connection, target.Value.Database)
        {
            Parts = parts,
            Selection = new(input.Schemas, input.Tables),
            GoOnPastErrors = input.GoOnPastErrors,
            SwapPartial = input.SwapPartial,
            TakesSafety = input is { Mode: RestoreMode.Overwrite, WithoutSafetyBackup: false }
                && !engines.Of(source!.Engine).Restore.KeepsReplaced,
        };
    }

    /// <summary>
    /// The same without a backup, for those who only ask about a target: then the newest good one of the source counts, if there is
    /// one.
    /// </summary>
    /// <returns>The plan, or null where there is no backup at all.</returns>
    /// <exception cref="InvalidInputException"/>
    public async Task<RestorePlan?> ReadTargetAsync(RestoreInput input, CancellationToken cancellationToken)
    {
        if (input.SourceBackupId is null && input.DataSourceId is { } source)
        {
            var jobs = Restorable(db.Set<BackupJob>()).Where(j => j.DataSourceId == source);
            var trusted = Trusted(db, jobs).Select(j => j.Id);
            var newest = await jobs.OrderBy(j => trusted.Contains(j.Id) ? 0 : j.DamagedAt == null ? 1 : 2)
                .ThenByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id)
                .Select(j => new
                {
                    j.Id,
                    Parts = j.Artifacts.Count(a => a.Copy.StoredAt != null),
                    Artifact = j.Artifacts
                    .Where(a => a.Copy.StoredAt != null).OrderBy(a => a.Position).Select(a => (Guid?)a.Id).FirstOrDefault()
                })
                .FirstOrDefaultAsync(cancellationToken);
            input.SourceBackupId = newest?.Id;
            if (newest is { Parts: 1 } || input.Mode != RestoreMode.NewServer)
                input.ArtifactId ??= newest?.Artifact;
        }

        if (input.SourceBackupId is not null)
            return await ReadAsync(input, cancellationToken);
        var problems = new Dictionary<string, string>();
        if (await FindSourceAsync(input, problems, cancellationToken) is { } known && input.Mode is not null)
            ReadTarget(known, null, input, problems);
        return problems.Count == 0 ? null : throw new InvalidInputException(problems);
    }

    /// <summary>Null where the source is not known.</summary>
    internal async Task<Engine?> EngineAsync(RestoreInput input, CancellationToken cancellationToken) => await db.Set<DataSource>()
        .IgnoreQueryFilters().Where(s => s.Id == input.DataSourceId).Select(s => (Engine?)s.Engine).SingleOrDefaultAsync(cancellationToken);

    /// <summary>A login for one of the source's own restores.</summary>
    /// <exception cref="InvalidInputException">Under <c>LoginUri</c>.</exception>
    internal DatabaseConnection ReadLogin(DataSource source, string uri)
    {
        var problems = new Dictionary<string, string>();
        return ReadUri(source, new() { TargetUri = uri }, problems) ?? throw new InvalidInputException("LoginUri", problems.Values.First());
    }

    /// <summary>Those with something that can be restored.</summary>
    public static IQueryable<BackupJob> Restorable(IQueryable<BackupJob> jobs) =>
        jobs.Where(j => (j.Status == RunStatus.Success || j.Status == RunStatus.Partial) && j.DeletionMarkedAt == null);

    /// <summary>Those of them about which nothing is open, and that are whole as far as is known.</summary>
    public static IQueryable<BackupJob> Trusted(AppDbContext db, IQueryable<BackupJob> jobs) => jobs.Where(
        j => j.DamagedAt == null && !db.Set<ContentWarning>().Any(w => w.JobId == j.Id && w.SilencedAt == null));

    private async Task<DataSource?> FindSourceAsync(
        RestoreInput input, Dictionary<string, string> problems, CancellationToken cancellationToken)
    {
        // One that was deleted has backups all the same, and those are what somebody may need.
        var source = input.DataSourceId is not { } id
            ? null
            : await db.Set<DataSource>().IgnoreQueryFilters().AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken);
        if (source is null)
            problems[nameof(input.DataSourceId)] = "There is no such data source.";
        return source;
    }

    private async Task<BackupJob?> FindBackupAsync(
        DataSource source, RestoreInput input, Dictionary<string, string> problems, CancellationToken cancellationToken)
    {
        var backup = input.SourceBackupId is not { } id
            ? null
            : await db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts)
                .SingleOrDefaultAsync(j => j.Id == id && j.DataSourceId == source.Id, cancellationToken);
        if (backup is null)
            problems[nameof(input.SourceBackupId)] = "This data source has no such backup.";
        return backup;
    }

    private static BackupArtifact? Choose(BackupJob backup, RestoreInput input, Dictionary<string, string> problems)
    {
        if (input.ArtifactId is { } id)
        {
            if (backup.Artifacts.Find(a => a.Id == id) is { } chosen)
                return chosen;
            problems[nameof(input.ArtifactId)] = "This backup has no such part.";
            return null;
        }

        if (backup.Artifacts.FindAll(a => a.Copy.StoredAt is not null) is [_, _, ..])
        {
            problems[nameof(input.ArtifactId)] = "This backup has several parts: choose the one to restore.";
            return null;
        }

        return backup.Artifacts.Find(a => a.Copy.StoredAt is not null) ?? backup.Artifacts.FirstOrDefault();
    }

    private (TargetLogin Login, DatabaseConnection Connection, string Database)? ReadTarget(
        DataSource source, BackupArtifact? artifact, RestoreInput input, Dictionary<string, string> problems)
    {
        var before = problems.Count;
        var target = input.Mode switch
        {
            RestoreMode.Overwrite => Overwritten(source, artifact, input, problems),
            RestoreMode.NewDatabase => Made(source, input, problems),
            _ => Named(source, input, problems),
        };
        return problems.Count == before ? target : null;
    }

    private (TargetLogin, DatabaseConnection, string)? Overwritten(
        DataSource source, BackupArtifact? artifact, RestoreInput input, Dictionary<string, string> problems)
    {
        if (artifact is { Kind: ArtifactKind.Globals })
            problems[nameof(input.Mode)] = "Roles and tablespaces belong to no database: restore them to a server.";
        if (!engines.Of(source.Engine).Restore.KeepsReplaced)
            PlanRules.RequireSameDatabase(source, artifact, problems);
        var own = RequireLogin(source, problems);
        var database = artifact is { Kind: ArtifactKind.Database } ? artifact.Database : source.Database;
        if (string.IsNullOrWhiteSpace(input.TargetUri))
            return own is null ? null : (StoredLogin(source), own with { Database = database }, database);

        var given = ReadUri(source, input, problems);
        if (given is not null && own is not null && (!given.Servers.SequenceEqual(own.Servers) || given.Database != database))
            problems[nameof(input.TargetUri)] = $"Another login for an overwrite is for the same server and database: "
                + $"{TargetNames.Show(own with { Database = database })}.";
        return given is null ? null : (TargetLogin.Given, given, database);
    }

    private (TargetLogin, DatabaseConnection, string)? Made(DataSource source, RestoreInput input, Dictionary<string, string> problems)
    {
        if (TargetNames.Problem(input.TargetDatabase) is { } problem)
            problems[nameof(input.TargetDatabase)] = problem;
        var (login, connection) = input.UseSourceLogin
            ? (StoredLogin(source), RequireLogin(source, problems))
            : (TargetLogin.Given, ReadUri(source, input, problems));
        return connection is null ? null : (login, connection, input.TargetDatabase ?? "");
    }

    private (TargetLogin, DatabaseConnection, string)? Named(DataSource source, RestoreInput input, Dictionary<string, string> problems) =>
        ReadUri(source, input, problems) is { } given ? (TargetLogin.Given, given, given.Database) : null;

    private static TargetLogin StoredLogin(DataSource source) => source.HasRestoreLogin ? TargetLogin.RestoreLogin : TargetLogin.Source;

    private static DatabaseConnection? RequireLogin(DataSource source, Dictionary<string, string> problems)
    {
        if (source is { DeletedAt: null, HasCredentials: true })
            return source.ToPublicRestoreConnection();
        problems[nameof(RestoreInput.Mode)] = source.DeletedAt is null
            ? "This data source has no credentials: give the server to restore to."
            : "This data source was deleted, and its login with it: give the server to restore to.";
        return null;
    }

    private DatabaseConnection? ReadUri(DataSource source, RestoreInput input, Dictionary<string, string> problems)
    {
        if (string.IsNullOrWhiteSpace(input.TargetUri))
        {
            problems[nameof(input.TargetUri)] = "Give the server to restore to as a connection string with a login.";
            return null;
        }

        var read = new Dictionary<string, string>();
        var target = new TargetInput { Engine = source.Engine, Mode = CredentialMode.ConnectionUri, Uri = input.TargetUri.Trim() }
            .ReadConnection(engines.Of(source.Engine).Form, null, read);
        if (read.Count > 0)
            problems[nameof(input.TargetUri)] = string.Join(' ', read.Values.Distinct());
        return target;
    }

    private async Task RequireDestinationAsync(BackupArtifact artifact, CancellationToken cancellationToken)
    {
        if (!await db.Set<StorageDestination>().AnyAsync(d => d.Id == artifact.Copy.DestinationId, cancellationToken))
            throw new ConflictException("The destination of this backup was deleted, with its keys.");
    }

    private sealed class TargetInput : ConnectionInput;
}
