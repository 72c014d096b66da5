namespace BackupApp.Engines;

/// <summary>What an engine's URIs have of their own.</summary>
/// <param name="IsAuthority">Whether this can be the part that names the servers.</param>
/// <param name="KnowsParameter">The name means something, allowed or not.</param>
/// <param name="Problem">Of a parameter: name and value → what is wrong with it, or null.</param>
internal sealed record UriDialect(Func<string, bool> IsAuthority, Func<string, bool> KnowsParameter, Func<string, string, string?> Problem);
