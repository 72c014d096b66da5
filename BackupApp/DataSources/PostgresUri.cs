namespace BackupApp.DataSources;

/// <summary>Reads <c>postgresql://</c> URIs.</summary>
public static class PostgresUri
{
}
