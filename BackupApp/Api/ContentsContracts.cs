using System.ComponentModel;
using BackupApp.Inventories;
using BackupApp.Inventories.Changes;

namespace BackupApp.Api;

/// <summary>What is in a backup.</summary>
/// <param name="List">Its tables, or MongoDB's collections.</param>
/// <param name="Found">How many there are on all pages.</param>
/// <param name="Parts">The totals, of each object of the backup.</param>
public sealed record ContentsResponse(
    IReadOnlyList<TableResponse> List, int Found, IReadOnlyList<ContentsPart> Parts, PageCursors Cursors, PageMeta Meta);

/// <summary>One table, partition or collection.</summary>
/// <param name="Schema">Of MongoDB the database.</param>
/// <param name="Rows">As of the dump's snapshot; null where they were not read, or it keeps none itself.</param>
/// <param name="Bytes">Of its rows, as the dump tool wrote them.</param>
public sealed record TableResponse(
    string Database, string Schema, string Name, TableKind Kind, string? Owner, RowsState State, long? Rows, long Bytes);

/// <summary>What was read of one object of a backup.</summary>
/// <param name="NotRead">Why nothing was read, as a sentence; null when it was.</param>
/// <param name="TablesKept">False when only totals are kept any more.</param>
/// <param name="OtherTables">Of very many tables only the largest are listed; these are the others.</param>
/// <param name="Objects">How many there are of what holds no rows; null while the tables are not kept.</param>
/// <param name="Extensions">Null while the tables are not kept.</param>
public sealed record ContentsPart(
    Guid ArtifactId,
    string Database,
    bool Read,
    string? NotRead,
    bool TablesKept,
    int Tables,
    long Rows,
    long Bytes,
    long LargeObjects,
    long? LargeObjectBytes,
    int OtherTables,
    long OtherRows,
    long OtherBytes,
    ObjectCounts? Objects,
    IReadOnlyList<InventoryExtension>? Extensions);

/// <summary>What changed since the run before.</summary>
/// <param name="List">The tables that changed, of each database the heaviest first.</param>
/// <param name="Parts">The same in a sentence, of each object.</param>
/// <param name="Warnings">What somebody should look at before trusting the backup.</param>
public sealed record ContentChangesResponse(
    IReadOnlyList<TableChangeResponse> List,
    IReadOnlyList<ChangedPart> Parts,
    IReadOnlyList<WarningResponse> Warnings,
    PageCursors Cursors,
    PageMeta Meta);

/// <param name="RowsBefore">Null where they are not known, or it was not there.</param>
/// <param name="SchemaChanged">Its definition, owner or kind is another.</param>
public sealed record TableChangeResponse(
    string Database,
    string Schema,
    string Name,
    TableKind Kind,
    TableChangeKind Change,
    long? RowsBefore,
    long? RowsAfter,
    long? BytesBefore,
    long? BytesAfter,
    bool SchemaChanged);

/// <param name="ComparedWith">The job before; null for the first one of which something was read.</param>
/// <param name="Sentence">Without its full stop; null where there is nothing to compare.</param>
public sealed record ChangedPart(
    string Database,
    Guid? ComparedWith,
    string? Sentence,
    IReadOnlyList<ExtensionChange> Extensions,
    IReadOnlyList<CountChange> Objects);

/// <summary>A warning about what a backup holds. It never fails one.</summary>
/// <param name="Schema">Of the table; empty for the whole database.</param>
/// <param name="SilencedAt">When somebody said that it was meant; null while it is open.</param>
public sealed record WarningResponse(
    Guid Id,
    Guid ArtifactId,
    WarningRule Rule,
    string Schema,
    string Table,
    long Before,
    long After,
    string Text,
    DateTimeOffset? SilencedAt,
    string? SilencedBy,
    string? SilencedWhy);

public sealed class SilenceRequest
{
    [Description("Why it was meant, in 1 to 500 characters: for whoever reads it later.")]
    public string Why { get; init; } = "";
}

/// <summary>One table in one backup.</summary>
public sealed record TablePointResponse(Guid JobId, DateTimeOffset TakenAt, long? Rows, long Bytes);
