namespace BackupApp.Hosting.Embedded;

/// <summary>
/// The embedded PostgreSQL cannot run. The message tells whoever runs BackupApp what is wrong and what to do; it holds no secret.
/// </summary>
public sealed class EmbeddedPostgresException(string message, Exception? inner = null) : Exception(message, inner);
