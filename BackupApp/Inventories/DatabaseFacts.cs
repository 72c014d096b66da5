namespace BackupApp.Inventories;

/// <summary>What belongs to the database as a whole.</summary>
/// <param name="LocaleProvider">For example <c>libc</c> or <c>icu</c>; null where the archive does not say.</param>
/// <param name="Collate">The C library's locale of sorting; with <paramref name="CharacterType"/> one and the same for most.</param>
public sealed record DatabaseFacts(
    string Name,
    string? Owner,
    string? Encoding,
    string? LocaleProvider,
    string? Collate,
    string? CharacterType)
{
    /// <summary>
    /// The provider's own locale, by which such a database sorts: of <c>icu</c> or <c>builtin</c>; null of <c>libc</c>, which has the two.
    /// </summary>
    public string? Locale { get; init; }

    public IReadOnlyList<DatabaseSetting> Settings { get; init; } = [];
}

/// <summary>A setting that the server applies to the sessions of this database.</summary>
/// <param name="Value">Null for settings that an application made up (their names have a dot): people keep secrets in them.</param>
/// <param name="Role">The role whose sessions it is for; null for everybody's.</param>
public sealed record DatabaseSetting(string Name, string? Value, string? Role);
