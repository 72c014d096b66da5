using System.Security.Cryptography;
using BackupApp.Engines;
using BackupApp.Errors;
using BackupApp.Secrets;

namespace BackupApp.DataSources;

/// <summary>Tries a source's connection: one that somebody has just entered, or the stored one.</summary>
internal sealed class ConnectionTrials(EngineCatalog engines, SecretBox secrets)
{
    /// <summary>With the connection's encryption chosen, where that was left open.</summary>
    /// <exception cref="InvalidInputException">It is BackupApp's own database.</exception>
    public async Task<(DatabaseConnection Connection, ConnectionTestResult Result)> TestAsync(
        DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken)
    {
        var engine = engines.Of(connection.Engine);
        var (tried, result) = connection.ChoosesTls
            ? await TlsChoice.FindAsync(engine, connection, selection, cancellationToken)
            : (connection, await engine.TestAsync(connection, selection, cancellationToken));
        return result.Code != ConnectionTestCode.OwnDatabase
            ? (tried, result)
            : throw new InvalidInputException(nameof(DataSourceInput.Database), $"{result.Message} {result.Advice}");
    }

    /// <summary>With the stored login, whatever becomes of it.</summary>
    public async Task<ConnectionTestResult> TryStoredAsync(DataSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await engines.Of(source.Engine).TestAsync(source.Decrypt(secrets), source.Selection, cancellationToken);
        }
        catch (CryptographicException)
        {
            return new ConnectionTestResult(
                ConnectionTestCode.DecryptFailed,
                "The stored credentials could not be decrypted.",
                "Edit the data source and enter them again.",
                TimeSpan.Zero,
                null);
        }
        catch (ConnectException e)
        {
            return new ConnectionTestResult(e.Code, e.Message, e.Advice, TimeSpan.Zero, null);
        }
    }

    /// <summary>Without secrets where they are lost.</summary>
    public DatabaseConnection DecryptOrEmpty(DataSource source)
    {
        try
        {
            return source.Decrypt(secrets);
        }
        catch (Exception e) when (e is CryptographicException or ConnectException)
        {
            // The way out of lost or missing secrets is to enter them again.
            return source.ToPublicConnection();
        }
    }
}
