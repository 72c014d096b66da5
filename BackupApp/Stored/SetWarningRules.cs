using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Errors;
using BackupApp.Inventories.Changes;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Stored;

/// <summary>From when on changes of one source's contents are worth a warning.</summary>
public sealed class SetWarningRules(AppDbContext db, AuditLog audit)
{
    /// <summary>The defaults where nobody has set any.</summary>
    public async Task<WarningRules> ReadAsync(Guid dataSourceId, CancellationToken cancellationToken) =>
        await db.Set<WarningRules>().AsNoTracking().SingleOrDefaultAsync(r => r.DataSourceId == dataSourceId, cancellationToken) ?? new();

    /// <param name="rules">Within their ranges.</param>
    /// <exception cref="NotFoundException"/>
    /// <exception cref="ConflictException">Somebody else set the first ones in between.</exception>
    public async Task RunAsync(Guid dataSourceId, WarningRules rules, CancellationToken cancellationToken)
    {
        var source = await db.Set<DataSource>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == dataSourceId, cancellationToken)
            ?? throw new NotFoundException("data source");
        rules.DataSourceId = dataSourceId;
        if (await db.Set<WarningRules>().SingleOrDefaultAsync(r => r.DataSourceId == dataSourceId, cancellationToken) is { } known)
            db.Entry(known).CurrentValues.SetValues(rules);
        else
            db.Add(rules);
        audit.Record(AuditActions.DataSourceUpdated, new AuditTarget("datasource", source.Id, source.Name), new { warnings = rules });
        await db.SaveAsync("set of rules", cancellationToken);
    }
}
