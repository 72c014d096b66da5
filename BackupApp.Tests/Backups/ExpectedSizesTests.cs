using BackupApp.Backups;

namespace BackupApp.Tests.Backups;

public sealed class ExpectedSizesTests
{
    [Theory]
    [InlineData(6, 6, 100)]
    [InlineData(6, 1, 100)]
    [InlineData(null, null, 100)]
    [InlineData(0, null, 100)]
    [InlineData(6, null, 900)]
    [InlineData(6, 0, 900)]
    [InlineData(null, 6, 300)]
    public void The_next_backup_is_as_large_as_the_last_unless_it_is_compressed_differently(int? lastLevel, int? level, long stored) =>
        Assert.Equal(new ExpectedSizes(900, stored), ExpectedSizes.After(900, 100, lastLevel, level));

    [Theory]
    [InlineData(900L, 6, 300L)]
    [InlineData(900L, 0, 900L)]
    [InlineData(900L, null, 900L)]
    [InlineData(null, 6, null)]
    public void Without_a_last_one_the_database_says(long? databaseSize, int? level, long? stored) =>
        Assert.Equal(stored, ExpectedSizes.StoredOf(databaseSize, level));

    [Fact]
    public void The_first_run_expects_what_the_database_has_and_leaves_what_will_be_stored_open() =>
        Assert.Equal((new ExpectedSizes(900, null), default), (ExpectedSizes.First(900), ExpectedSizes.First(null)));
}
