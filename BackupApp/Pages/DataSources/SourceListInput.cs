using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Pages.Ui.Lists;
using BackupApp.Policies;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

/// <summary>What the address of the list of sources asks for.</summary>
public sealed class SourceListInput
{
    public const string ByName = "name";
    public const string ByServer = "server";
    public const string ByLast = "last";
    public const string ByStored = "stored";

    private static readonly string[] Columns = [ByName, ByServer, ByLast, ByStored];

    /// <summary>A part of its name, host or database, in any case.</summary>
    [FromQuery(Name = "q")]
    public string? Search { get; set; }

    /// <summary>As <c>key=value</c>, of the source or one of its policies.</summary>
    [FromQuery(Name = "label")]
    public string? Label { get; set; }

    [FromQuery(Name = "environment")]
    public DataSourceEnvironment? Environment { get; set; }

    [FromQuery(Name = "engine")]
    public Engine? Engine { get; set; }

    /// <summary>See <see cref="ListSort"/>; by name where it says nothing.</summary>
    [FromQuery(Name = "sort")]
    public string? Sort { get; set; }

    public ListSort Order => ListSort.Parse(Sort, new(ByName), Columns);

    public ListView View(string pathBase) => new(new ListAddress(pathBase + "/DataSources", Parameters()), Order, [.. Chips()]);

    public async Task<IQueryable<DataSource>> FilterAsync(
        AppDbContext db, LabelledSources labelled, CancellationToken cancellationToken)
    {
        var shown = db.Set<DataSource>().AsNoTracking();
        if (Environment is { } environment)
            shown = shown.Where(s => s.Environment == environment);
        if (Engine is { } engine)
            shown = shown.Where(s => s.Engine == engine);
        if (!string.IsNullOrWhiteSpace(Search))
        {
            var pattern = LikePattern.Containing(Search.Trim());
            shown = shown.Where(s => EF.Functions.ILike(s.Name, pattern, LikePattern.EscapeCharacter)
                || EF.Functions.ILike(s.Host, pattern, LikePattern.EscapeCharacter)
                || EF.Functions.ILike(s.Database, pattern, LikePattern.EscapeCharacter));
        }

        if (string.IsNullOrWhiteSpace(Label))
            return shown;
        // What is no label has nothing.
        var ids = LabelSet.Find(Label) is { } label ? await labelled.FindAsync([label], alsoDeleted: false, cancellationToken) : [];
        return shown.Where(s => ids.Contains(s.Id));
    }

    private IEnumerable<KeyValuePair<string, string?>> Parameters() =>
    [
        new("q", Search), new("label", Label), new("environment", Environment?.ToString()), new("engine", Engine?.ToString()),
        new("sort", Sort),
    ];

    private IEnumerable<FilterChip> Chips()
    {
        if (!string.IsNullOrWhiteSpace(Search))
            yield return new("q", "Search", Search);
        if (!string.IsNullOrWhiteSpace(Label))
            yield return new("label", "Label", Label);
        if (Environment is { } environment)
            yield return new("environment", "Environment", DataSourceText.Of(environment));
        if (Engine is { } engine)
            yield return new("engine", "Kind", DataSourceText.Of(engine));
    }
}
