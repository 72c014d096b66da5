namespace BackupApp.E2E.Support;

/// <summary>BackupApp before anybody has an account: no administrator is configured, and its database is empty.</summary>
public sealed class FreshApp : AppUnderTest
{
    protected override Task<string> CreateDatabaseAsync() => Task.FromResult($"CREATE DATABASE {Database}");

    protected override void AddAdministrator(IDictionary<string, string?> environment)
    {
    }
}
