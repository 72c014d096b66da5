using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection.Uncovered;

/// <summary>What nobody backs up: shown, ignored, or made a source. The same for pages and API.</summary>
public sealed class UncoveredDatabases(
    AppDbContext db, AuditLog audit, CurrentActor actor, EngineCatalog engines, TimeProvider time)
{
    /// <summary>By server and name. One that got a source since the last look is none any more.</summary>
    public async Task<IReadOnlyList<UncoveredDatabase>> AllAsync(bool alsoIgnored, CancellationToken cancellationToken)
    {
        var found = await db.Set<UncoveredDatabase>().AsNoTracking().Where(u => alsoIgnored || u.IgnoredAt == null)
            .OrderBy(u => u.Host).ThenBy(u => u.Port).ThenBy(u => u.Database).ToListAsync(cancellationToken);
        if (found.Count == 0)
            return [];
        var sources = await db.Set<DataSource>().AsNoTracking().ToListAsync(cancellationToken);
        var byAddress = sources.Where(s => s.HasCredentials)
            .SelectMany(s => KnownServer.AddressesOf(s).Select(address => (address, s))).ToLookup(a => a.address, a => a.s);
        return found.FindAll(u => !KnownServer.Covers(u.Addresses.SelectMany(a => byAddress[a]), u.Database));
    }

    /// <summary>Null before the first look.</summary>
    public Task<UncoveredLook?> LastLookAsync(CancellationToken cancellationToken) =>
        db.Set<UncoveredLook>().AsNoTracking().SingleOrDefaultAsync(cancellationToken);

    /// <summary>It needs no backup, and nobody speaks of it any more.</summary>
    /// <exception cref="InvalidInputException"/>
    /// <exception cref="NotFoundException"/>
    public async Task IgnoreAsync(Guid id, string? why, CancellationToken cancellationToken)
    {
        var reason = why?.Trim() ?? "";
        if (reason.Length is 0 or > UncoveredDatabase.LongestWhy || reason.Any(char.IsControl))
            throw new InvalidInputException("Why", $"Say why, in at most {UncoveredDatabase.LongestWhy} characters on one line.");
        var found = await FindAsync(id, cancellationToken);
        found.Ignore(actor.Value.Name ?? "somebody", reason, time.GetUtcNow());
        audit.Record(AuditActions.UncoveredIgnored, Target(found), new { found.Host, found.Port, why = reason });
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>It is spoken of again.</summary>
    /// <exception cref="ConflictException">It is not ignored.</exception>
    /// <exception cref="NotFoundException"/>
    public async Task TakeBackAsync(Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(id, cancellationToken);
        if (found.IgnoredAt is null)
            throw new ConflictException("Nobody said that it needs no backup.");
        audit.Record(AuditActions.UncoveredTakenBack, Target(found), new { found.Host, found.Port, found.IgnoredWhy });
        found.TakeBack();
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>A source for it, as far as it is known: all of the server's connection but the secrets.</summary>
    /// <exception cref="NotFoundException">It, or the source by which it was found, is gone.</exception>
    public async Task<DataSourceInput> DraftAsync(Guid id, CancellationToken cancellationToken)
    {
        var found = await FindAsync(id, cancellationToken);
        var beside = await db.Set<DataSource>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == found.DataSourceId, cancellationToken)
            ?? throw new NotFoundException("data source");
        var input = new DataSourceInput { Name = found.Database, Engine = beside.Engine, Environment = beside.Environment };
        engines.Of(beside.Engine).Form.Show(beside.ToPublicConnection() with { Database = found.Database }, input);
        return input;
    }

    private async Task<UncoveredDatabase> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await db.Set<UncoveredDatabase>().SingleOrDefaultAsync(u => u.Id == id, cancellationToken)
        ?? throw new NotFoundException("database");

    private static AuditTarget Target(UncoveredDatabase found) => new("uncovered_database", found.Id, found.Database);
}
