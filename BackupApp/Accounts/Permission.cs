namespace BackupApp.Accounts;

/// <summary>
/// What a request needs. Who has one has those before it too, but for Runners, who have <see cref="Watch"/> and <see cref="Run"/> only.
/// </summary>
public enum Permission
{
    /// <summary>Nobody has to be signed in.</summary>
    Anonymous,

    /// <summary>Anybody who is signed in: the own account.</summary>
    SignedIn,

    /// <summary>How one backup goes: Runners, Viewers and up.</summary>
    Watch,

    /// <summary>Viewers and up.</summary>
    Read,

    /// <summary>Starting a backup: Runners, Operators and up.</summary>
    Run,

    /// <summary>Operators and up.</summary>
    Operate,

    /// <summary>Administrators.</summary>
    Administer,
}
