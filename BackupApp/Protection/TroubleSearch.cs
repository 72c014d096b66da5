namespace BackupApp.Protection;

/// <summary>Finds troubles besides those of sources.</summary>
public interface ITroubleFinder
{
    /// <summary>Whether the incident is of a trouble that this finder finds.</summary>
    bool Finds(Incident incident);

    Task<IReadOnlyList<Trouble>> FindAsync(CancellationToken cancellationToken);
}

/// <param name="Blind">Those that could not look: what they found before stands as it is.</param>
public sealed record TroublesFound(IReadOnlyList<Trouble> Troubles, IReadOnlyList<ITroubleFinder> Blind)
{
    public bool IsKnown(Incident incident) => !Blind.Any(finder => finder.Finds(incident));
}

/// <summary>Lets each finder look for itself, within the round's transaction: one that fails takes nothing from the others.</summary>
public sealed class TroubleSearch(RoundGuard guard, IEnumerable<ITroubleFinder> finders)
{
    public async Task<TroublesFound> FindAsync(CancellationToken cancellationToken)
    {
        var (troubles, blind) = (new List<Trouble>(), new List<ITroubleFinder>());
        foreach (var finder in finders)
        {
            if (await guard.TryAsync(finder, () => finder.FindAsync(cancellationToken), cancellationToken) is { } found)
                troubles.AddRange(found);
            else
                blind.Add(finder);
        }

        return new TroublesFound(troubles, blind);
    }
}
