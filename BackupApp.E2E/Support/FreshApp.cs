namespace BackupApp.E2E.Support;

/// <summary>BackupApp before anybody has an account: no administrator is configured.</summary>
public sealed class FreshApp : AppUnderTest
{
    protected override void AddAdministrator(IDictionary<string, string?> environment)
    {
    }
}
