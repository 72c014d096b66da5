namespace BackupApp.Tools;

/// <summary>
/// A ready-to-run program: a dump, for example. No secret is in <paramref name="Arguments"/>, which every user of the machine can read.
/// </summary>
/// <param name="Program">Full path of the tool.</param>
/// <param name="Environment">The tool's whole environment: nothing is inherited from this process.</param>
/// <param name="ToolVersion">For example <c>pg_dump 15.18</c>.</param>
/// <param name="Secrets">Texts to blot out of whatever the tool prints.</param>
/// <param name="PrivateFolder">Deleted with the command; null when the tool needs no file.</param>
public sealed record ToolCommand(
    string Program,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string ToolVersion,
    IReadOnlyList<string> Secrets,
    string? PrivateFolder) : IDisposable
{
    /// <summary>
    /// What the dump does not hold though people may expect it, and what to do: a sentence or two
    /// each, for the job's page, the API and the manifest.
    /// </summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Null where the engine has nothing to add to what its tool says.</summary>
    public IToolWords? Words { get; init; }

    /// <summary>What the tool reads from its standard input, secrets included: it is never on disk. At most 64 KiB.</summary>
    public string? StandardInput { get; init; }

    /// <summary>The name under which the server knows the tool; null where it knows none.</summary>
    public string? ApplicationName { get; init; }

    public override string ToString() => $"{Program} {string.Join(' ', Arguments)}";

    public void Dispose()
    {
        if (PrivateFolder is not null && Directory.Exists(PrivateFolder))
            Directory.Delete(PrivateFolder, recursive: true);
    }
}
