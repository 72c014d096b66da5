using Microsoft.EntityFrameworkCore;

namespace BackupApp.Data;

/// <summary>
/// Leases and the times of a job's transitions follow the database's clock, so that servers whose clocks differ agree. Inside a query
/// Npgsql translates <see cref="DateTimeOffset.UtcNow"/> to <c>now()</c>; outside of one, this asks.
/// </summary>
public static class DatabaseClock
{
    public static Task<DateTimeOffset> NowAsync(this AppDbContext db, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<DateTimeOffset>($"select clock_timestamp() as \"Value\"").SingleAsync(cancellationToken);
}
