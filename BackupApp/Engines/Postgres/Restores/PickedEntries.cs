using BackupApp.Engines.Postgres.Archives;
using BackupApp.Engines.Restores;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>
/// The entries of an archive that some tables or schemas need: the picked ones with all that hangs on them, and all that those
/// need before them.
/// </summary>
/// <param name="ForeignKeys">Those that are left out, because they lead to tables that were not picked.</param>
/// <param name="Empty">Tables that come along without their rows, because something that was picked is made of them.</param>
/// <param name="Unknown">Picked, and not in the archive.</param>
internal sealed record PickedEntries(
    IReadOnlyList<ArchiveEntry> Entries, IReadOnlyList<ArchiveEntry> ForeignKeys, IReadOnlyList<string> Empty,
        IReadOnlyList<string> Unknown)
{
    /// <param name="head">Entries with their dependencies.</param>
    public static PickedEntries Of(ArchiveHead head, RestoreSelection selection) => new Picking(head, selection).Run();

    public IEnumerable<string> Notes()
    {
        if (Unknown.Count > 0)
            yield return $"Not in this backup: {string.Join(", ", Unknown)}.";
        if (ForeignKeys.Count > 0)
        {
            yield return "Foreign keys to tables that were not picked are left out: "
                + $"{string.Join(", ", ForeignKeys.Select(k => $"{k.Tag} in {k.Schema}"))}.";
        }

        if (Empty.Count > 0)
            yield return $"These tables come without their rows, because what was picked is made of them: {string.Join(", ", Empty)}.";
    }

    private sealed class Picking(ArchiveHead head, RestoreSelection selection)
    {
        private readonly ILookup<int, ArchiveEntry> _byId = head.Entries.ToLookup(e => e.DumpId);
        private readonly HashSet<int> _picked = [];
        private readonly HashSet<int> _wanted = [];
        private readonly List<ArchiveEntry> _foreignKeys = [];

        public PickedEntries Run()
        {
            foreach (var entry in head.Entries.Where(IsPicked))
                Pick(entry.DumpId);
            AddPartitions();
            AddAttached();
            AddSaid();
            var entries = head.Entries.Where(e => _wanted.Contains(e.DumpId)).ToList();
            return new(entries, _foreignKeys, [.. entries.Where(IsEmpty).Select(Name)], Unknown());
        }

        private bool IsPicked(ArchiveEntry entry) => entry.Kind == "SCHEMA"
            ? selection.Schemas.Contains(entry.Tag)
            : IsMade(entry.Kind) && entry.Schema is { } schema
                && (selection.Schemas.Contains(schema) || (IsRelation(entry.Kind) && selection.Tables.Contains(new(schema, entry.Tag))));

        private void Pick(int id)
        {
            _picked.Add(id);
            Want(id);
        }

        private void Want(int id)
        {
            var open = new Stack<int>([id]);
            while (open.TryPop(out var next))
            {
                if (!_wanted.Add(next))
                    continue;
                foreach (var needed in _byId[next].SelectMany(e => e.Dependencies))
                    open.Push(needed);
            }
        }

        // An entry that attaches a partition needs both; the partition has its name. Those of partitions come after.
        private void AddPartitions()
        {
            var attached = head.Entries.Where(e => e.Kind == "TABLE ATTACH").ToList();
            for (var before = -1; before != _picked.Count;)
            {
                before = _picked.Count;
                foreach (var id in attached.Where(e => e.Dependencies.Any(_picked.Contains) && IsOfPickedParent(e))
                    .SelectMany(e => e.Dependencies))
                    Pick(id);
            }
        }

        private bool IsOfPickedParent(ArchiveEntry attach) => attach.Dependencies.Any(
            id => _picked.Contains(id) && _byId[id].Any(t => IsRelation(t.Kind) && (t.Schema, t.Tag) != (attach.Schema, attach.Tag)));

        // Rows, indexes, constraints, triggers, policies… of what was picked: everything that needs it and can be made without
        // other tables' rows.
        private void AddAttached()
        {
            foreach (var entry in head.Entries.Where(e => IsAttached(e.Kind) && !_wanted.Contains(e.DumpId)))
            {
                if (!HangsOnPicked(entry))
                    continue;
                if (entry.Kind == "FK CONSTRAINT" && entry.Dependencies.Any(id => IsOtherTable(id) || IsOfOtherTable(id)))
                    _foreignKeys.Add(entry);
                else if (entry.Kind is not ("TABLE ATTACH" or "INDEX ATTACH") || entry.Dependencies.All(_wanted.Contains))
                    Want(entry.DumpId);
            }
        }

        // Comments, grants and labels of what comes.
        private void AddSaid()
        {
            foreach (var entry in head.Entries.Where(e => e.Kind is "COMMENT" or "ACL" or "SECURITY LABEL" && e.Dependencies.Count > 0))
            {
                if (entry.Dependencies.All(_wanted.Contains))
                    _wanted.Add(entry.DumpId);
            }
        }

        // A policy may speak of other tables, too: its own is the one whose name its tag begins with.
        private bool HangsOnPicked(ArchiveEntry entry)
        {
            var relations = entry.Dependencies.Where(id => _byId[id].Any(e => IsRelation(e.Kind))).ToList();
            var own = relations.Where(
                id => _byId[id].Any(e => entry.Tag.StartsWith($"{e.Tag} ", StringComparison.Ordinal) && e.Schema == entry.Schema)).ToList();
            return (own.Count > 0 ? own : relations).Exists(id => _picked.Contains(id) || IsPickedSequence(id))
                || (entry.Kind == "INDEX ATTACH" && entry.Dependencies.All(_wanted.Contains));
        }

        private bool IsPickedSequence(int id) => _wanted.Contains(id) && _byId[id].Any(e => e.Kind == "SEQUENCE");

        private bool IsOtherTable(int id) => !_picked.Contains(id) && _byId[id].Any(e => IsRelation(e.Kind));

        // The key that a foreign key leads to is an entry of its own, which needs its table.
        private bool IsOfOtherTable(int id) => _byId[id].Any(e => e.Kind is "CONSTRAINT" or "INDEX" && e.Dependencies.Any(IsOtherTable));

        private bool IsEmpty(ArchiveEntry entry) => entry.Kind == "TABLE" && !_picked.Contains(entry.DumpId);

        private IReadOnlyList<string> Unknown()
        {
            var schemas = head.Entries.SelectMany(e => new[] { e.Schema, e.Kind == "SCHEMA" ? e.Tag : null }).OfType<string>().ToHashSet();
            var tables = head.Entries.Where(e => IsRelation(e.Kind)).Select(e => new PickedTable(e.Schema ?? "", e.Tag)).ToHashSet();
            return [.. selection.Schemas.Where(s => !schemas.Contains(s)), .. selection.Tables.Where(t => !tables.Contains(t))
                .Select(t => $"{t.Schema}.{t.Name}")];
        }

        private static string Name(ArchiveEntry entry) => $"{entry.Schema}.{entry.Tag}";

        private static bool IsRelation(string kind) => kind is "TABLE" or "FOREIGN TABLE" or "VIEW" or "MATERIALIZED VIEW" or "SEQUENCE";

        private static bool IsMade(string kind) =>
            (kind == "SEQUENCE" || !IsAttached(kind)) && kind is not ("COMMENT" or "ACL" or "SECURITY LABEL" or "SUBSCRIPTION");

        private static bool IsAttached(string kind) => kind is
            "TABLE DATA" or "MATERIALIZED VIEW DATA" or "SEQUENCE SET" or "SEQUENCE OWNED "
                + "BY" or "SEQUENCE" or "DEFAULT" or "INDEX" or "INDEX ATTACH"
            or "CONSTRAINT" or "CHECK CONSTRAINT" or "FK CONSTRAINT" or "TRIGGER" or "RULE" or "POLICY" or "ROW "
                + "SECURITY" or "STATISTICS" or "TABLE ATTACH";
    }
}
