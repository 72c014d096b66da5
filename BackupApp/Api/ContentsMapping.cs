using BackupApp.Inventories;
using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Kept;
using BackupApp.Inventories.Queries;

namespace BackupApp.Api;

/// <summary>What is in backups, as the API says it.</summary>
internal static class ContentsMapping
{
    public static TableResponse Table(ContentsTable t) =>
        new(t.Database, t.Table.Schema, t.Table.Name, t.Table.Kind, t.Table.Owner, t.Table.State, t.Table.Rows, t.Table.Bytes);

    public static ContentsPart Part(KeptContents part) => Part(part.Row, part.Inventory);

    private static ContentsPart Part(KeptInventory i, Inventory? inventory) => new(
        i.ArtifactId,
        i.Database,
        i.NotRead is null,
        i.NotRead,
        i.Figures is not null,
        i.Tables,
        i.Rows,
        i.Bytes,
        i.LargeObjects,
        i.LargeObjectBytes,
        i.OtherTables,
        i.OtherRows,
        i.OtherBytes,
        inventory?.Objects,
        inventory?.Extensions);

    public static ChangedPart Changed(PartChanges part) =>
        new(part.Row.Database, part.Before?.JobId, part.Row.Changed, part.Changes?.Extensions ?? [], part.Changes?.Objects ?? []);

    public static TableChangeResponse Change(string database, TableChange t) => new(
        database,
        t.Schema,
        t.Name,
        t.Kind,
        t.Change,
        t.RowsBefore,
        t.RowsAfter,
        t.BytesBefore,
        t.BytesAfter,
        t.SchemaChanged);

    public static WarningResponse Warning(ContentWarning w) => new(
        w.Id, w.ArtifactId, w.Rule, w.Schema, w.Table, w.Before, w.After, w.Text, w.SilencedAt, w.SilencedBy, w.SilencedWhy);
}
