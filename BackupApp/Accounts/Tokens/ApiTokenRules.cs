using System.Security.Claims;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Accounts.Tokens;

/// <summary>What may be asked of a new token, and by whom.</summary>
internal static class ApiTokenRules
{
    /// <returns>Its name, and the data sources that it is limited to; null for all.</returns>
    /// <exception cref="InvalidInputException"/>
    public static async Task<(string Name, Guid[]? Sources)> ReadAsync(
        AppDbContext db, ApiTokenInput input, ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        var problems = new Dictionary<string, string>();
        var name = ReadName(input, problems);
        var sources = await ReadSourcesAsync(db, input, problems, cancellationToken);
        if (!Enum.IsDefined(input.Role))
            problems[nameof(input.Role)] = "Choose a role.";
        else if (!by.CanGrant(input.Role))
            problems[nameof(input.Role)] = "This role includes more than your own.";
        if (input.ExpiresInDays is < 0 or > ApiTokenInput.MaximumDays)
            problems[nameof(input.ExpiresInDays)] = $"Choose 1 to {ApiTokenInput.MaximumDays} days, or 0 for a token that does not expire.";
        if (problems.Count > 0)
            throw new InvalidInputException(problems);
        return (name, sources);
    }

    private static string ReadName(ApiTokenInput input, Dictionary<string, string> problems)
    {
        var name = input.Name?.Trim() ?? "";
        if (name.Length == 0)
            problems[nameof(input.Name)] = "Give it a name that says what uses it.";
        else if (name.Length > ApiToken.MaximumNameLength || name.Any(char.IsControl))
            problems[nameof(input.Name)] = $"The name has at most {ApiToken.MaximumNameLength} characters, all of them printable.";
        return name;
    }

    private static async Task<Guid[]?> ReadSourcesAsync(
        AppDbContext db, ApiTokenInput input, Dictionary<string, string> problems, CancellationToken cancellationToken)
    {
        if (input.DataSourceIds is not { Count: > 0 } asked)
            return null;
        var ids = asked.Distinct().ToArray();
        if (input.Role != TokenRole.Runner)
            problems[nameof(input.DataSourceIds)] = "Only a Runner can be limited to some data sources.";
        else if (await db.Set<DataSource>().CountAsync(s => ids.Contains(s.Id), cancellationToken) != ids.Length)
            problems[nameof(input.DataSourceIds)] = "One of these data sources does not exist, or not any more.";
        return ids;
    }
}
