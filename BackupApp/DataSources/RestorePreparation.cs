using System.Security.Cryptography;
using BackupApp.Audit;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Secrets;

namespace BackupApp.DataSources;

/// <summary>What a source needs for the day it is restored: a login that may, and the knowledge whether it may.</summary>
public sealed class RestorePreparation(EngineCatalog engines, AuditLog audit, SecretBox secrets, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Sets or removes the restore login, with its audit entry; saves nothing.</summary>
    internal void Apply(DataSource source, RestoreLoginChange? change)
    {
        if (change is null)
            return;
        if (change.Username is { } user)
            source.SetRestoreLogin(user, change.Password!, secrets, time.GetUtcNow());
        else
            source.RemoveRestoreLogin(time.GetUtcNow());
        audit.Record(
            AuditActions.DataSourceCredentialsSet,
            new("datasource", source.Id, source.Name),
            new { restoreLogin = change.Username is null ? "removed" : "set", username = change.Username });
    }

    /// <summary>Looks whether it could be restored, with the login that would do it, and notes that on the source; saves nothing.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task LookAsync(DataSource source, CancellationToken cancellationToken) =>
        source.RecordReadiness(await FindAsync(source, cancellationToken), time.GetUtcNow());

    /// <summary>The same after a connection test: a server that did not answer a moment ago is not asked again.</summary>
    /// <param name="test">The connection test that was just made.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task LookAsync(DataSource source, ConnectionTestResult test, CancellationToken cancellationToken)
    {
        var answers = test.Server is not null || (source.HasRestoreLogin && IsOfTheLogin(test.Code));
        var found = answers ? await FindAsync(source, cancellationToken) : new RestoreReadiness(ReadyState.Unknown, test.Message);
        source.RecordReadiness(found, time.GetUtcNow());
    }

    // The server refused who came, and may well let another one in.
    private static bool IsOfTheLogin(ConnectionTestCode code) =>
        code is ConnectionTestCode.AuthFailed or ConnectionTestCode.PrivilegesMissing or ConnectionTestCode.DatabaseNotFound;

    private async Task<RestoreReadiness> FindAsync(DataSource source, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            return await engines.Of(source.Engine).Restore.CheckReadyAsync(
                source.DecryptForRestores(secrets), source.Selection, limit.Token);
        }
        catch (CryptographicException)
        {
            return new(
                ReadyState.NotReady, "The stored credentials could not be decrypted.", "enter the password for restores again");
        }
        catch (ConnectException e)
        {
            return new(ReadyState.Unknown, e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(ReadyState.Unknown, "The server did not answer all questions in time.");
        }
    }
}
