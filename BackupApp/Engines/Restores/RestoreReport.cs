using System.Text.Json.Serialization;

namespace BackupApp.Engines.Restores;

/// <summary>A restore that ended, well or with errors that somebody wanted to be passed over.</summary>
/// <param name="Database">The name that the restored database has now.</param>
/// <param name="Oid">Its number; 0 where the engine has none.</param>
public sealed record RestoreReport(string Database, long Oid)
{
    /// <summary>The old database, kept beside the restored one; null where there was none.</summary>
    public KeptDatabase? Kept { get; init; }

    /// <summary>
    /// False of a partial restore that was not to be swapped in: it has still its
    /// <c>_restoring_</c> name, and is a person's to swap or to drop.
    /// </summary>
    public bool InPlace { get; init; } = true;

    /// <summary>Everything that failed and was passed over; with any the restore is partial.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>Tables that nobody could count before they took the place of others, a sentence each; with any it is partial.</summary>
    public IReadOnlyList<string> Uncounted { get; init; } = [];

    public bool IsPartial => Errors.Count + Uncounted.Count > 0;

    /// <summary>What was counted there, in the order of the names.</summary>
    public IReadOnlyList<RestoredTable> Tables { get; init; } = [];

    /// <summary>Of all counted tables.</summary>
    public long Rows => Tables.Sum(t => t.Rows);

    /// <summary>What people may want to run next, ready to copy, with what it is for.</summary>
    public IReadOnlyList<RestoreStep> Next { get; init; } = [];
}

/// <param name="Rows">Exact.</param>
public sealed record RestoredTable(string Schema, string Name, long Rows);

/// <summary>A database that stays beside the one that took its name.</summary>
/// <param name="Oid">The server's number: names can be given away.</param>
public sealed record KeptDatabase(string Name, long Oid);

/// <summary>Two databases about to change names.</summary>
/// <param name="Name">The name that both want.</param>
/// <param name="Incoming">As it is called before the swap.</param>
/// <param name="Outgoing">As it will be called after it; null where nothing has the name yet.</param>
public sealed record RestoreSwap(string Name, KeptDatabase Incoming, KeptDatabase? Outgoing)
{
    /// <summary>
    /// What the incoming one lacks: whoever finds later that it has the name must not take it for whole. Of very many the first ones.
    /// </summary>
    public IReadOnlyList<string> Errors { get; init; } = [];
}

/// <summary>What a person wants to have back, or dropped.</summary>
/// <param name="Id">Of the restore job.</param>
/// <param name="Database">The name that the swap is about.</param>
/// <param name="Kept">The database that stands beside it.</param>
public sealed record SwapOrder(Guid Id, DatabaseConnection Target, string Database, KeptDatabase Kept)
{
    public override string ToString() => $"{Kept.Name} for {Database} at {Target} ({Id})";
}

/// <param name="Oid">Of the database that has the name now.</param>
/// <param name="Kept">The one that had it before.</param>
public sealed record SwapReport(string Database, long Oid, KeptDatabase? Kept);

/// <summary>What a run had recorded when it was last heard of.</summary>
/// <param name="Made">Null when nothing had been made. Its number is 0 where the run did not come to learn it.</param>
/// <param name="Swap">Null when it had not come to that.</param>
public sealed record RestoreMarks(KeptDatabase? Made, RestoreSwap? Swap)
{
    /// <summary>A database that was there, and empty, and that is being filled; null where there is none.</summary>
    public KeptDatabase? Filling { get; init; }

    /// <summary>The target is as it was: nothing had been begun there.</summary>
    [JsonIgnore]
    public bool AreNone => Made is null && Swap is null && Filling is null;
}

/// <summary>What a vanished restore left.</summary>
/// <param name="Kept">The old database, when it stands under its dated name.</param>
/// <param name="Sentence">For people: what has which name.</param>
public sealed record RestoreRemains(RestoreStanding Standing, KeptDatabase? Kept, string Sentence);

public enum RestoreStanding
{
    /// <summary>The target is as before; what was half-made is gone.</summary>
    AsBefore,

    /// <summary>The restored database has its name.</summary>
    InPlace,

    /// <summary>A database that was there holds something of it, and nobody has found that to be all.</summary>
    Touched,
}
