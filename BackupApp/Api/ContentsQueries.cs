using BackupApp.Inventories.Queries;

namespace BackupApp.Api;

internal sealed class ContentsQuery : ListQuery
{
    /// <summary>A part of <c>schema.name</c>, in any case.</summary>
    public string? Search { get; init; }

    public ContentsSort Sort { get; init; }

    /// <summary>The largest first, or names from their end.</summary>
    public bool Descending { get; init; }

    /// <summary>Of a whole server, only this one.</summary>
    public string? Database { get; init; }
}

internal sealed class TableHistoryQuery : ListQuery
{
    /// <summary>Needed where the source has several, as one that stands for a whole server.</summary>
    public string? Database { get; init; }

    /// <summary>Of the table; of MongoDB the database. Needed.</summary>
    public string? Schema { get; init; }

    /// <summary>Its name, without the schema. Needed.</summary>
    public string? Table { get; init; }
}
