using BackupApp.Audit;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace BackupApp.Tests.Audit;

public sealed class AuditLogTests
{
    [Theory]
    [InlineData("UPDATE audit_log SET action = 'something else'")]
    [InlineData("DELETE FROM audit_log")]
    [InlineData("TRUNCATE audit_log")]
    [InlineData("TRUNCATE audit_log CASCADE")]
    public async Task An_entry_is_never_changed_or_removed_not_even_by_a_superuser(string sql)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var db = database.Open();
        db.Add(AuditEntry.Create(Actor.System, AuditActions.UserCreated, new AuditTarget("user", Guid.NewGuid(), "Zoë"), """{"a": 1}"""));
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<PostgresException>(() =>
            db.Database.ExecuteSqlRawAsync(sql, TestContext.Current.CancellationToken));

        Assert.Contains("append-only", error.MessageText, StringComparison.Ordinal);
        Assert.Equal("user.created", (await db.Set<AuditEntry>().AsNoTracking().SingleAsync(TestContext.Current.CancellationToken)).Action);
    }
}
