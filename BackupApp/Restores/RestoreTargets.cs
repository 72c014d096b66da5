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
            : Task.FromResult(Stored(job, source));

    /// <inheritdoc cref="ConnectionAsync(RestoreJob, DataSource, CancellationToken)"/>
    public Task<DatabaseConnection> ConnectionAsync(RestorePlan plan, CancellationToken cancellationToken) =>
        plan.Login == TargetLogin.Given
        ? ChooseTlsAsync(plan.Target, cancellationToken)
        : Task.FromResult(Stored(plan.Mode == Engines.Restores.RestoreMode.Overwrite ? plan.Database : null, plan.Source));

    /// <summary>
    /// What is stored with the source will do: a login that was given and is wiped by now need not be given again where there is one
    /// for restores, of the same server.
    /// </summary>
    public static bool HasStored(RestoreJob job, DataSource source) =>
        source.DeletedAt is null
        && (job.Login != TargetLogin.Given
            || (source.HasRestoreLogin && source.Host == job.TargetHost && source.Port == job.TargetPort));

    private DatabaseConnection Stored(RestoreJob job, DataSource source)
    {
        if (job.Login == TargetLogin.Given && !HasStored(job, source))
            throw new ConnectException(
                ConnectionTestCode.NoCredentials, "The login that was given for this restore was wiped at its end.", "Give it again.");
        var connection = Stored(job.Mode == Engines.Restores.RestoreMode.Overwrite ? job.TargetDatabase : null, source);
        return connection.Host == job.TargetHost && connection.Port == job.TargetPort
            ? connection
            : throw new ConnectException(
                ConnectionTestCode.NoCredentials,
                $"The data source has moved since to {connection.Host}:{connection.Port}, and this restore went to {job.TargetRef}.",
                "Give a login for that server.");
    }

    // The source's login for restores where there is one, whatever was there when the restore was asked for; else its own.
    private DatabaseConnection Stored(string? database, DataSource source)
    {
        if (source.DeletedAt is not null)
            throw new ConnectException(ConnectionTestCode.NoCredentials, "The data source was deleted, and its login with it.", null);
        var connection = source.DecryptForRestores(secrets);
        return database is null ? connection : connection with { Database = database };
    }

    /// <summary>The strongest encryption that works, for who did not say which.</summary>
    internal async Task<DatabaseConnection> ChooseTlsAsync(DatabaseConnection given, CancellationToken cancellationToken) =>
        given.ChoosesTls
        ? (await TlsChoice.FindAsync(engines.Of(given.Engine), given, DumpSelection.Everything, cancellationToken)).Connection
        : given;
}
