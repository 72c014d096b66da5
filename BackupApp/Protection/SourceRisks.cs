using System.Net;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Stored.Scan;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>
/// Finds what may break promises that still hold: destinations that do not answer or fill up, logins that stopped working, copies
/// on one machine.
/// </summary>
public sealed class SourceRisks(AppDbContext db, ObjectStores stores, TimeProvider time)
{
    // Backups stop at a twentieth: somebody has to be told before that.
    private const double NearlyFull = 0.1;

    private static readonly string[] ThisMachine = ["localhost", "host.docker.internal", Environment.MachineName];

    public async Task<Dangers> ReadAsync(CancellationToken cancellationToken)
    {
        var looks = await db.Set<DestinationScan>().AsNoTracking().Where(l => l.Error != null && l.FinishedAt != null)
            .Select(
                l => new { l.DestinationId, At = l.FinishedAt!.Value, l.Error }).ToDictionaryAsync(l => l.DestinationId, cancellationToken);
        var destinations = await db.Set<StorageDestination>().AsNoTracking()
            .Select(d => new
            {
                d.Id,
                d.Name,
                d.Kind,
                d.Endpoint,
                Test = d.LastTest == null ? null : new { d.LastTest.Ok, d.LastTest.TestedAt, d.LastTest.Message },
            })
            .ToListAsync(cancellationToken);
        return new Dangers(destinations.ToDictionary(d => d.Id, d => new Place(
            OtherMachine.Holds(d.Kind, d.Endpoint),
            d.Kind == DestinationKind.Folder ? NearlyFullFolder(d.Name, d.Id) : null,
            d.Test is { Ok: false } test ? Unreachable(d.Name, d.Id, test.TestedAt, test.Message) : null,
            looks.GetValueOrDefault(d.Id) is { } look ? Unreachable(d.Name, d.Id, look.At, look.Error!) : null)));
    }

    /// <param name="warnings">How many about what the newest backup holds nobody has decided about.</param>
    internal static IEnumerable<Risk> OfContents(GoodRow? newest, int warnings)
    {
        if (newest is null || warnings == 0)
            yield break;
        var what = warnings == 1 ? "There is a warning" : $"There are {warnings} warnings";
        yield return new Risk(
            $"{what} about what is in the newest backup. Look at it before you trust it.", newest.FinishedAt,
            ProtectionAction.SeeJob, newest.JobId);
    }

    private static Risk Unreachable(string name, Guid id, DateTimeOffset at, string message) =>
        new($"{name} could not be used when it was last looked at: {message}", at, ProtectionAction.SeeDestination, id);

    // Of a process that does not see the folder nothing is known.
    private Risk? NearlyFullFolder(string name, Guid id)
    {
        try
        {
            var drive = new DriveInfo(stores.ManagedFolder);
            return drive.AvailableFreeSpace >= drive.TotalSize * NearlyFull
                ? null
                : new Risk(
                    $"{name} is nearly full: {drive.AvailableFreeSpace >> 20} MiB are left.", time.GetUtcNow(),
                    ProtectionAction.SeeDestination, id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <param name="Test">Null where the last test went well, or there was none.</param>
    /// <param name="Look">Of the daily look at what lies there, likewise.</param>
    public sealed record Place(bool IsElsewhere, Risk? NearlyFull, Risk? Test, Risk? Look);

    /// <summary>A destination that a policy of a source stores at.</summary>
    /// <param name="GoodAt">When the source's newest good backup there was stored; null without one.</param>
    public sealed record UsedPlace(Guid DestinationId, DateTimeOffset? GoodAt);

    /// <summary>What is wrong with each destination.</summary>
    public sealed class Dangers(IReadOnlyDictionary<Guid, Place> places)
    {
        /// <param name="destinations">Where its policies store.</param>
        /// <param name="newest">Wherever it is: it shows that the database answered.</param>
        public IReadOnlyList<Risk> Of(SourceRow source, IReadOnlyList<UsedPlace> destinations, GoodBackup? newest)
        {
            var used = destinations.Where(d => places.ContainsKey(d.DestinationId)).DistinctBy(d => d.DestinationId)
                .Select(d => (Place: places[d.DestinationId], d.GoodAt)).ToList();
            // A backup there since then shows that it works; one that went elsewhere shows nothing.
            var found = used.SelectMany(u => new[] { u.Place.Test, u.Place.Look }.OfType<Risk>().Where(r => IsNews(r.Since, u.GoodAt)))
                .Concat(used.Select(u => u.Place.NearlyFull).OfType<Risk>()).ToList();
            if (source.LastTest is { Ok: false } test && IsNews(test.At, newest?.StartedAt + newest?.Duration))
                found.Insert(0, new Risk($"The last connection test failed: {test.Message}", test.At, ProtectionAction.FixConnection));
            if (used.Count > 0 && used.TrueForAll(u => !u.Place.IsElsewhere) && IsThisMachine(source.Host))
            {
                found.Add(new Risk(
                    "Database and backups are on the same machine: what destroys it takes both. Back up to a bucket as well.",
                    source.CreatedAt,
                    ProtectionAction.AddPolicy));
            }

            return found;
        }

        private static bool IsNews(DateTimeOffset at, DateTimeOffset? goodAt) => goodAt is null || at > goodAt;

        private static bool IsThisMachine(string host) =>
            Array.Exists(ThisMachine, name => name.Equals(host, StringComparison.OrdinalIgnoreCase))
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }
}
