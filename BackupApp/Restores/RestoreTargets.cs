using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Secrets;

namespace BackupApp.Restores;

/// <summary>The login of a target, in clear: for workers and probes.</summary>
public sealed class RestoreTargets(EngineCatalog engines, SecretBox secrets)
{
    /// <summary>With its encryption chosen, where that was left open.</summary>
    /// <exception cref="ConnectException">There is none any more.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It does not decrypt.</exception>
    public Task<DatabaseConnection> ConnectionAsync(RestoreJob job, DataSource source, CancellationToken cancellationToken) =>
        job.DecryptTarget(secrets) is { } given
            ? ChooseTlsAsync(given, cancellationToken)
            : Task.FromResult(Stored(job.Login, job.Mode == Engines.Restores.RestoreMode.Overwrite ? job.TargetDatabase : null, source));

    /// <inheritdoc cref="ConnectionAsync(RestoreJob, DataSource, CancellationToken)"/>
    public Task<DatabaseConnection> ConnectionAsync(RestorePlan plan, CancellationToken cancellationToken) =>
        plan.Login == TargetLogin.Given
        ? ChooseTlsAsync(plan.Target, cancellationToken)
        : Task.FromResult(Stored(plan.Login, plan.Mode == Engines.Restores.RestoreMode.Overwrite ? plan.Database : null, plan.Source));

    private DatabaseConnection Stored(TargetLogin login, string? database, DataSource source)
    {
        if (login == TargetLogin.Given)
            throw new ConnectException(
                ConnectionTestCode.NoCredentials, "The login that was given for this restore was wiped at its end.", "Give it again.");
        if (source.DeletedAt is not null)
            throw new ConnectException(ConnectionTestCode.NoCredentials, "The data source was deleted, and its login with it.", null);
        var connection = source.Decrypt(secrets);
        return database is null ? connection : connection with { Database = database };
    }

    /// <summary>The strongest encryption that works, for who did not say which.</summary>
    internal async Task<DatabaseConnection> ChooseTlsAsync(DatabaseConnection given, CancellationToken cancellationToken) =>
        given.ChoosesTls
        ? (await TlsChoice.FindAsync(engines.Of(given.Engine), given, DumpSelection.Everything, cancellationToken)).Connection
        : given;
}
