namespace BackupApp.Engines;

/// <summary>What a login sees of a whole server.</summary>
/// <param name="Identity">
/// What tells the server from all others, whatever name or address leads to it; null where the login may not read it.
/// </param>
/// <param name="Databases">
/// Those that hold somebody's data: without templates, those of managed services, BackupApp's own and what its restores made or kept.
/// </param>
public sealed record ServerContents(string? Identity, IReadOnlyList<string> Databases);
