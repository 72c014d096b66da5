namespace BackupApp.Accounts.Tokens;

/// <summary>What a new token is asked to be.</summary>
public sealed record ApiTokenInput
{
    public const int DefaultDays = 90;
    public const int MaximumDays = 3650;

    public string? Name { get; init; }

    public TokenRole Role { get; init; } = TokenRole.Viewer;

    /// <summary>0 for one that does not expire.</summary>
    public int ExpiresInDays { get; init; } = DefaultDays;

    /// <summary>For <see cref="TokenRole.Runner"/>: only these. Null or empty: all.</summary>
    public IReadOnlyList<Guid>? DataSourceIds { get; init; }
}
