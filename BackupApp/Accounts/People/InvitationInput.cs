namespace BackupApp.Accounts.People;

/// <summary>Who is invited, and as what.</summary>
public sealed record InvitationInput
{
    public const int DefaultDays = 3;
    public const int MaximumDays = 7;

    public string? Email { get; init; }

    public UserRole Role { get; init; } = UserRole.Viewer;

    public int ExpiresInDays { get; init; } = DefaultDays;
}

/// <param name="Token">Goes into the link; shown once.</param>
public sealed record NewInvitation(Invitation Invitation, string Token);
