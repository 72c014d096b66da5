using BackupApp.Accounts.Tokens;
using BackupApp.Data;
using BackupApp.DataSources;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Users;

/// <summary>API tokens as a table: on the page of the own account, of a user, and of all users.</summary>
public sealed record TokenTable(
    IReadOnlyList<ApiTokenRow> Rows,
    IReadOnlyDictionary<Guid, string> SourceNames,
    bool ShowsOwner,
    DateTimeOffset Now)
{
    public static TokenTable Empty { get; } = new([], new Dictionary<Guid, string>(), false, default);

    /// <param name="ownerId">Null: everybody's.</param>
    public static async Task<TokenTable> LoadAsync(
        AppDbContext db, ApiTokens tokens, Guid? ownerId, TimeProvider time, CancellationToken cancellationToken)
    {
        var rows = await tokens.ListAsync(ownerId, cancellationToken);
        var ids = rows.SelectMany(r => r.Token.DataSourceIds ?? []).Distinct().ToArray();
        var names = ids.Length == 0
            ? []
            : await db.Set<DataSource>().Where(s => ids.Contains(s.Id)).ToDictionaryAsync(s => s.Id, s => s.Name, cancellationToken);
        return new TokenTable(rows, names, ownerId is null, time.GetUtcNow());
    }

    /// <summary>What a Runner is limited to.</summary>
    public string Sources(ApiToken token) => token.DataSourceIds is { } ids
        ? string.Join(", ", ids.Select(id => SourceNames.GetValueOrDefault(id, "a deleted source")).Order(StringComparer.CurrentCulture))
        : "all data sources";
}
