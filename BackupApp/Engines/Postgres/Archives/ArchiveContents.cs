using BackupApp.Engines.Archives;
using BackupApp.Inventories;

namespace BackupApp.Engines.Postgres.Archives;

/// <summary>Makes an inventory of an archive's entries: it keeps what is counted and named, never the entries.</summary>
internal sealed class ArchiveContents
{
    private const int MostDefinition = 256 * 1024;
    // Some 400,000 tables.
    private const long MostKept = 128L * 1024 * 1024;
    private const int TableSize = 300;
    private const int NameSize = 60;

    private readonly List<TableFigures> _tables = [];
    private readonly Dictionary<(string Schema, string Name), TableFigures> _byName = [];
    private readonly List<DatabaseSetting> _settings = [];
    private readonly EntryCounts _counts;
    private readonly NameSet _schemas;
    private readonly NameSet _roles;
    private readonly NameSet _tablespaces;
    private readonly NameSet _extensions;
    private DatabaseFacts? _database;
    private long _kept;

    public ArchiveContents()
    {
        _counts = new(Keep);
        _schemas = new(Keep);
        _roles = new(Keep);
        _tablespaces = new(Keep);
        _extensions = new(Keep);
    }

    public IReadOnlyList<TableFigures> Tables => _tables;

    /// <summary>How much of an entry's SQL is needed.</summary>
    public static int Definition(string kind) => kind switch
    {
        "TABLE" or "DATABASE" or "DATABASE PROPERTIES" or "ACL" or "DEFAULT ACL" or "POLICY" => MostDefinition,
        _ => 0,
    };

    /// <returns>The table, where the entry is its rows; else null.</returns>
    public TableFigures? Add(ArchiveEntry entry)
    {
        _roles.Add(entry.Owner);
        _schemas.Add(entry.Schema);
        _tablespaces.Add(entry.Tablespace);
        switch (entry.Kind)
        {
            case "TABLE" or "FOREIGN TABLE":
                Table(entry).Describe(entry);
                break;
            case "TABLE ATTACH":
                Table(entry).Kind = TableKind.Partition;
                break;
            case "TABLE DATA":
                return Table(entry).WithRows(entry);
            case "SCHEMA":
                _schemas.Add(entry.Tag);
                break;
            case "EXTENSION":
                _extensions.Add(entry.Tag);
                break;
            case "DATABASE":
                _database = DatabaseDefinition.Facts(entry);
                break;
            case "DATABASE PROPERTIES":
                AddSettings(entry.Definition ?? "");
                break;
            case "ACL" or "DEFAULT ACL" or "POLICY":
                AddRoles(entry.Definition ?? "");
                goto default;
            default:
                _counts.Add(entry.Kind);
                break;
        }

        return null;
    }

    /// <param name="facts">What the archive's beginning says.</param>
    public Inventory ToInventory(ArchiveFacts facts, string? database, LargeObjects largeObjects, string? rowsNotRead)
    {
        var known = _database ?? (database is null ? null : new DatabaseFacts(database, null, null, null, null, null));
        return new Inventory
        {
            Archive = facts,
            Database = known is null ? null : known with { Settings = [.. _settings] },
            Tables = [.. _tables.Select(t => t.ToTable())],
            Objects = _counts.ToObjects(),
            LargeObjects = largeObjects,
            Extensions = [.. _extensions.Sorted().Select(e => new InventoryExtension(e, null))],
            Schemas = _schemas.Sorted(),
            Roles = _roles.Sorted(),
            Tablespaces = _tablespaces.Sorted(),
            RowsNotRead = rowsNotRead,
        };
    }

    private TableFigures Table(ArchiveEntry entry)
    {
        var key = (_schemas.Add(entry.Schema) ?? "", entry.Tag);
        if (_byName.TryGetValue(key, out var known))
            return known;
        Keep(TableSize, entry.Tag);
        var table = new TableFigures(key.Item1, entry.Tag) { Owner = _roles.Add(entry.Owner) };
        _byName.Add(key, table);
        _tables.Add(table);
        return table;
    }

    private void AddRoles(string sql)
    {
        foreach (var role in NamedRoles.In(sql))
            _roles.Add(role);
    }

    private void AddSettings(string sql)
    {
        foreach (var setting in DatabaseDefinition.Settings(sql))
        {
            Keep(TableSize, setting.Name + setting.Value);
            _settings.Add(setting);
            _roles.Add(setting.Role);
        }
    }

    private void Keep(string name) => Keep(NameSize, name);

    private void Keep(int size, string text)
    {
        _kept += size + (sizeof(char) * text.Length);
        if (_kept > MostKept)
            throw new UnreadArchiveException("It has more tables than are counted.");
    }
}
