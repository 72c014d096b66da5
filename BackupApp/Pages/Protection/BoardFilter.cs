using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Pages.DataSources;
using BackupApp.Protection;
using Microsoft.AspNetCore.Http.Extensions;

namespace BackupApp.Pages.Protection;

/// <summary>Which sources the board shows, as its address says. A word that is none limits nothing.</summary>
public sealed record BoardFilter
{
    /// <summary>In place of a state: all that need somebody.</summary>
    public const string NeedsYou = "needs_you";

    private const string ByState = "state";
    private const string ByEnvironment = "environment";
    private const string ByEngine = "engine";
    private const string ByLabel = "label:";

    /// <summary>Words that all have to be in its name, server, databases or labels; null for all.</summary>
    public string? Search { get; init; }

    public DataSourceEnvironment? Environment { get; init; }

    public Engine? Engine { get; init; }

    /// <summary>As <c>key=value</c>.</summary>
    public string? Label { get; init; }

    /// <summary>A state's word, or <see cref="NeedsYou"/>.</summary>
    public string? State { get; init; }

    /// <summary>state, environment, engine, or <c>label:</c> and a key; null for one group of all.</summary>
    public string? Group { get; init; }

    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;

    public bool IsFiltered => this with { Group = null, Page = 1 } != new BoardFilter();

    public static BoardFilter Read(IQueryCollection query) => new()
    {
        Search = Given(query["q"]),
        Environment = SnakeCase.ParseSnakeCase<DataSourceEnvironment>(query["environment"]),
        Engine = SnakeCase.ParseSnakeCase<Engine>(query["engine"]),
        Label = Given(query["label"]),
        State = query["state"] == NeedsYou ? NeedsYou : SnakeCase.ParseSnakeCase<ProtectionWord>(query["state"])?.ToSnakeCase(),
        Group = ReadGroup(query["group"]),
        Page = int.TryParse(query["p"], out var page) && page > 0 ? page : 1,
    };

    public bool Fits(ProtectedSource source) => FitsBesideState(source) && FitsState(source);

    public bool FitsState(ProtectedSource source) =>
        State is null || (State == NeedsYou ? HealthBoard.NeedsSomebody(source) : source.State.Word.ToSnakeCase() == State);

    public bool FitsBesideState(ProtectedSource source) =>
        (Environment is null || source.Environment == Environment)
        && (Engine is null || source.Engine == Engine)
        && (Label is null || source.Labels.Contains(Label))
        && (Search is null || Search.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => Has(source, word)));

    /// <summary>The heading that a source stands under; null where there are none.</summary>
    public string? GroupOf(ProtectedSource source) => Group switch
    {
        null => null,
        ByState => source.State.Word.Title(),
        ByEnvironment => DataSourceText.Of(source.Environment),
        ByEngine => DataSourceText.Of(source.Engine),
        _ => source.Labels.FirstOrDefault(l => l.StartsWith($"{Group[ByLabel.Length..]}=", StringComparison.Ordinal))
            ?? $"Without {Group[ByLabel.Length..]}",
    };

    /// <summary>What it limits, each with the filter that is left without it.</summary>
    public IEnumerable<(string Text, BoardFilter Without)> Chips()
    {
        var first = this with { Page = 1 };
        if (Search is not null)
            yield return ($"“{Search}”", first with { Search = null });
        if (Environment is { } environment)
            yield return (DataSourceText.Of(environment), first with { Environment = null });
        if (Engine is { } engine)
            yield return (DataSourceText.Of(engine), first with { Engine = null });
        if (Label is not null)
            yield return (Label, first with { Label = null });
        if (State is not null)
            yield return (HealthBoard.StateTitle(State), first with { State = null });
    }

    /// <summary>For an address: empty where nothing is limited, else with its question mark.</summary>
    public string ToQuery(string? handler = null)
    {
        var query = new QueryBuilder();
        Add("handler", handler);
        Add("q", Search);
        Add("environment", Environment?.ToSnakeCase());
        Add("engine", Engine?.ToSnakeCase());
        Add("label", Label);
        Add("state", State);
        Add("group", Group);
        Add("p", Page > 1 ? $"{Page}" : null);
        return query.ToString();

        void Add(string name, string? value)
        {
            if (value is not null)
                query.Add(name, value);
        }
    }

    private static string? ReadGroup(string? text) =>
        text is ByState or ByEnvironment or ByEngine
        || (text?.StartsWith(ByLabel, StringComparison.Ordinal) == true && text.Length > ByLabel.Length)
            ? text
            : null;

    private static bool Has(ProtectedSource source, string word) =>
        source.Name.Contains(word, StringComparison.OrdinalIgnoreCase)
        || source.Server.Contains(word, StringComparison.OrdinalIgnoreCase)
        || source.Database.Contains(word, StringComparison.OrdinalIgnoreCase)
        || source.State.Databases.Any(d => d.Name.Contains(word, StringComparison.OrdinalIgnoreCase))
        || source.Labels.Any(l => l.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
