using BackupApp.Engines.Archives;
using BackupApp.Inventories;

namespace BackupApp.Engines.Postgres.Archives;

/// <summary>
/// What <c>pg_dumpall --globals-only</c> writes: SQL that makes roles and tablespaces, of which the names are read. Its statements hold
/// passwords: none is kept.
/// </summary>
internal sealed class GlobalsReader : ArchiveReader
{
    private const string Comment = "--";
    private const string Title = "-- PostgreSQL database cluster dump";
    private const string LastTitle = "-- PostgreSQL database cluster dump complete";
    private const int MostNames = 100_000;

    private readonly SqlPiece _sql = new();
    private readonly FixedBytes _last = new(1);
    private readonly SortedSet<string> _roles = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _tablespaces = new(StringComparer.Ordinal);
    private bool _isComplete;

    /// <summary>What such a file begins with.</summary>
    public static ReadOnlySpan<byte> Beginning => "--\n-- PostgreSQL database cluster dump\n"u8;

    protected override string Place => "in its SQL";

    protected override IEnumerable<IPiece> Steps()
    {
        yield return _sql.Next();
        var begins = _sql.Text == Comment;
        yield return _sql.Next();
        if (!begins || _sql.Text != Title)
            throw new UnreadArchiveException("It is not what pg_dumpall writes of roles and tablespaces.");

        MayEnd = true;
        while (_sql.Text != LastTitle)
        {
            yield return _sql.Next();
            if (!_sql.IsSpace)
                Read(_sql.Text);
        }

        // A line of two dashes and an empty one follow.
        MayEnd = false;
        foreach (var last in "--\n\n"u8.ToArray())
        {
            yield return _last.Next(1);
            if (_last.Value[0] != last)
                throw new DamagedArchiveException("Its last lines make no sense.");
        }

        MayEnd = _isComplete = true;
        yield return new NothingMore();
    }

    protected override string? Missing() => _isComplete ? null : "It ends early.";

    protected override Inventory? Inventory() => new()
    {
        Archive = new("PostgreSQL roles and tablespaces", null, null, null),
        Roles = [.. _roles],
        Tablespaces = [.. _tablespaces],
    };

    private void Read(string sql)
    {
        var names = sql.StartsWith("CREATE ROLE ", StringComparison.Ordinal) ? _roles
            : sql.StartsWith("CREATE TABLESPACE ", StringComparison.Ordinal) ? _tablespaces
            : null;
        if (names is null || SqlTokens.Statements(sql).FirstOrDefault() is not [_, _, var name, ..])
            return;
        if (names.Count == MostNames)
            throw new UnreadArchiveException("It has more names than are read.");
        names.Add(name.Text);
    }
}
