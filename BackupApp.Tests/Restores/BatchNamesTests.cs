using System.Text;
using BackupApp.Engines.Restores;
using BackupApp.Restores.Batches;

namespace BackupApp.Tests.Restores;

/// <summary>What a batch is told before any server is asked.</summary>
public sealed class BatchNamesTests
{
    [Fact]
    public void The_same_name_again_gets_a_number_that_nobody_has() => Assert.Equal(
        ["shop", "crm", "shop_3", "shop_2", "", ""], BatchNames.Of(["shop", "crm", "shop", "shop_2", "", ""]));

    [Fact]
    public void A_long_name_stays_within_what_a_server_keeps()
    {
        var name = new string('é', 31);

        var names = BatchNames.Of([name, name, $"{name}x"]);

        Assert.Equal(3, names.Distinct().Count());
        Assert.All(names, n => Assert.InRange(Encoding.UTF8.GetByteCount(n), 1, 63));
    }

    [Fact]
    public void Two_that_would_become_one_at_the_same_server_are_told()
    {
        var (one, other) = (Guid.NewGuid(), Guid.NewGuid());
        TargetProbe[] good = [.. Enumerable.Repeat(TargetProbe.Of([], "15.4"), 3)];
        BatchItem[] items = [new(one, null, null, "shop"), new(other, null, null, "shop"), new(other, null, null, "crm")];

        var atOne = BatchChecks.WithoutDoubles(new() { Items = items, TargetUri = "postgres://x" }, good);
        var beside = BatchChecks.WithoutDoubles(new() { Items = items, IsBeside = true }, good);

        Assert.Equal([null, "name_taken", null], atOne.Select(p => p.Code));
        Assert.Equal([null, null, null], beside.Select(p => p.Code));
    }

    [Fact]
    public void One_of_a_batch_is_asked_for_like_one_alone()
    {
        var item = new BatchItem(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), "shop");

        var given = new BatchInput { Items = [item], TargetUri = "postgres://x" }.ToInput(item);
        var beside = new BatchInput { Items = [item], IsBeside = true, TargetUri = "postgres://x" }.ToInput(item);

        Assert.Equal((RestoreMode.NewDatabase, false, "postgres://x"), (given.Mode, given.UseSourceLogin, given.TargetUri));
        Assert.Equal((RestoreMode.NewDatabase, true, null), (beside.Mode, beside.UseSourceLogin, beside.TargetUri));
        Assert.Equal(
            (item.DataSourceId, item.BackupId, item.ArtifactId, item.TargetDatabase),
            (given.DataSourceId, given.SourceBackupId, given.ArtifactId, given.TargetDatabase));
    }
}
