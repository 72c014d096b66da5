namespace BackupApp.Engines;

/// <summary>Finds the strongest encryption with which a new source works, for whoever did not say which.</summary>
internal static class TlsChoice
{
    /// <summary>
    /// Tries the modes from the strongest on, for as long as the last failure was one that a weaker mode may
    /// mend. Where none works the strongest stays, with its own result: what cannot be tried is not weakened.
    /// </summary>
    /// <returns>The connection with its mode, and the test of it.</returns>
    public static async Task<(DatabaseConnection Connection, ConnectionTestResult Result)> FindAsync(
        IEngine engine, DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken)
    {
        (DatabaseConnection, ConnectionTestResult)? first = null;
        foreach (var mode in engine.TlsModes(connection))
        {
            var candidate = connection with { TlsMode = mode, ChoosesTls = false };
            var result = await engine.TestAsync(candidate, selection, cancellationToken);
            if (!result.WeakerTlsMayWork)
                return (candidate, result);
            first ??= (candidate, result);
        }

        return first!.Value;
    }
}
