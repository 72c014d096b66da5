using BackupApp.Inventories;

namespace BackupApp.Engines.Postgres.Archives;

/// <summary>How many entries of each kind an archive has.</summary>
/// <param name="keep">Is told of every new kind, so that they stay within a limit.</param>
internal sealed class EntryCounts(Action<string> keep)
{
    private readonly Dictionary<string, int> _byKind = [];

    public void Add(string kind)
    {
        if (!_byKind.TryGetValue(kind, out var count))
            keep(kind);
        _byKind[kind] = count + 1;
    }

    public ObjectCounts ToObjects() => new()
    {
        Views = Of("VIEW"),
        MaterializedViews = Of("MATERIALIZED VIEW"),
        Indexes = Of("INDEX"),
        Constraints = Of("CONSTRAINT") + Of("FK CONSTRAINT") + Of("CHECK CONSTRAINT"),
        Functions = Of("FUNCTION") + Of("PROCEDURE") + Of("AGGREGATE"),
        Triggers = Of("TRIGGER") + Of("EVENT TRIGGER"),
        Sequences = Of("SEQUENCE"),
        Policies = Of("POLICY"),
        Publications = Of("PUBLICATION"),
        Subscriptions = Of("SUBSCRIPTION"),
    };

    private int Of(string kind) => _byKind.GetValueOrDefault(kind);
}
