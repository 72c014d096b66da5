using BackupApp.Errors;
using BackupApp.Inventories.Changes;
using BackupApp.Stored;
using BackupApp.Tests.Policies;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Stored;

public sealed class SetWarningRulesTests(PolicyBench bench) : IClassFixture<PolicyBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_people_who_set_the_first_rules_of_a_source_the_second_is_told()
    {
        await bench.RequireAsync();
        var source = await bench.AddSourceAsync($"source {Guid.NewGuid():N}");
        await using var first = bench.Database();
        await using var transaction = await first.Database.BeginTransactionAsync(Cancel);
        await new SetWarningRules(first, PolicyBench.Log(first)).RunAsync(source, new WarningRules { RowsFallPercent = 10 }, Cancel);
        await using var second = bench.Database();

        var setting = new SetWarningRules(second, PolicyBench.Log(second)).RunAsync(source, new WarningRules(), Cancel);
        await Until.TrueAsync(bench.WaitsAsync, "the second waits for the first");
        await transaction.CommitAsync(Cancel);

        await Assert.ThrowsAsync<ConflictException>(() => setting);
        await using var db = bench.Database();
        Assert.Equal(10, (await new SetWarningRules(db, PolicyBench.Log(db)).ReadAsync(source, Cancel)).RowsFallPercent);
    }
}
