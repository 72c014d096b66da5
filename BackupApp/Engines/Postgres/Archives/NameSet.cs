namespace BackupApp.Engines.Postgres.Archives;

/// <summary>Each name once, however often an archive repeats it.</summary>
/// <param name="keep">Is told of every new one, so that they stay within a limit.</param>
internal sealed class NameSet(Action<string> keep)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <returns>The name as it is kept.</returns>
    public string? Add(string? name)
    {
        if (name is null)
            return null;
        if (_names.TryGetValue(name, out var known))
            return known;
        keep(name);
        _names.Add(name);
        return name;
    }

    public IReadOnlyList<string> Sorted() => [.. _names.Order(StringComparer.Ordinal)];
}
