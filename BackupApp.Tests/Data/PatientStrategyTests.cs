using System.Net.Sockets;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Data;

public sealed class PatientStrategyTests
{
    [Fact]
    public async Task A_name_that_does_not_resolve_for_a_moment_is_tried_again()
    {
        await using var db = new AppDbContext(new DbContextOptionsBuilder<AppDbContext>().UseNpgsql("Host=nowhere.invalid").Options);
        var tries = 0;

        var last = await new PatientStrategy(db).ExecuteAsync(
            0,
            (_, _, _) => ++tries == 1 ? throw new SocketException((int)SocketError.HostNotFound) : Task.FromResult(tries),
            null,
            TestContext.Current.CancellationToken);

        Assert.Equal(2, last);
    }
}
