namespace BackupApp.Engines;

/// <summary>
/// What makes a PostgreSQL database besides what is in it, as read while it was dumped. A copy under another name is made with it.
/// </summary>
public sealed record DatabaseTraits
{
    public required string Owner { get; init; }

    /// <summary>As the server names it, such as <c>UTF8</c>.</summary>
    public required string Encoding { get; init; }

    /// <summary><c>libc</c>, <c>icu</c> or <c>builtin</c>; null of a server that knows only libc (before PostgreSQL 15).</summary>
    public string? LocaleProvider { get; init; }

    public required string Collate { get; init; }

    public required string CharacterType { get; init; }

    /// <summary>Of a provider other than libc.</summary>
    public string? Locale { get; init; }

    public string? IcuRules { get; init; }

    /// <summary>Null for the server's default.</summary>
    public string? Tablespace { get; init; }

    /// <summary>-1 for none.</summary>
    public int ConnectionLimit { get; init; } = -1;

    public bool IsTemplate { get; init; }

    public string? Comment { get; init; }

    public IReadOnlyList<Setting> Settings { get; init; } = [];

    /// <summary>Who may do what; null for what every new database allows.</summary>
    public IReadOnlyList<Grant>? Grants { get; init; }

    /// <summary>Which the archive names without their versions.</summary>
    public IReadOnlyList<InstalledExtension> Extensions { get; init; } = [];

    public sealed record InstalledExtension(string Name, string Version);

    /// <summary>Of <c>ALTER DATABASE … SET</c>, or of a role in this database.</summary>
    /// <param name="Value">As the server keeps it: of a list, with its commas.</param>
    public sealed record Setting(string? Role, string Name, string Value);

    /// <param name="Grantee">Null for everybody.</param>
    /// <param name="Privilege">One, such as <c>CONNECT</c>.</param>
    public sealed record Grant(string? Grantee, string Privilege, bool MayGrant);
}
