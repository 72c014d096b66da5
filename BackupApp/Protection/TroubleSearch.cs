using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

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
public sealed partial class TroubleSearch(AppDbContext db, IEnumerable<ITroubleFinder> finders, ILogger<TroubleSearch> logger)
{
    private const string Here = "finder";

    public async Task<TroublesFound> FindAsync(CancellationToken cancellationToken)
    {
        var (troubles, blind) = (new List<Trouble>(), new List<ITroubleFinder>());
        foreach (var finder in finders)
        {
            if (await TryAsync(finder, cancellationToken) is { } found)
                troubles.AddRange(found);
            else
                blind.Add(finder);
        }

        return new TroublesFound(troubles, blind);
    }

    private async Task<IReadOnlyList<Trouble>?> TryAsync(ITroubleFinder finder, CancellationToken cancellationToken)
    {
        // A query that fails ends its transaction, and with it the whole round, but for this.
        var transaction = db.Database.CurrentTransaction!;
        await transaction.CreateSavepointAsync(Here, cancellationToken);
        try
        {
            return await finder.FindAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogBlind(e, finder.GetType().Name);
            await transaction.RollbackToSavepointAsync(Here, cancellationToken);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Error, "{Finder} could not look for troubles; what it found before stands, and the others look on")]
    private partial void LogBlind(Exception exception, string finder);
}
