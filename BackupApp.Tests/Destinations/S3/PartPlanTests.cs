using BackupApp.Destinations;
using BackupApp.Destinations.S3;

namespace BackupApp.Tests.Destinations.S3;

public sealed class PartPlanTests
{
    private const long MiB = 1024 * 1024;
    private const long GiB = 1024 * MiB;

    [Theory]
    [InlineData(null, 10_000, 16)]
    [InlineData(0L, 10_000, 16)]
    [InlineData(100 * GiB, 10_000, 16)]
    [InlineData(200 * GiB, 10_000, 30)]
    [InlineData(2048 * GiB, 10_000, 303)]
    [InlineData(9000 * GiB, 10_000, 512)]
    [InlineData(20 * GiB, 1_000, 30)]
    public void Parts_are_as_large_as_the_expected_size_needs(long? expected, int maxParts, int mebibytes)
    {
        var plan = new PartPlan(expected, PartLimits.Default with { MaxParts = maxParts });

        Assert.Equal(mebibytes * MiB, plan.PartSize);
        Assert.True(plan.PartSize == 512 * MiB || (long)plan.PartSize * maxParts * 9 / 10 >= (expected ?? 0) * 1.3);
    }

    [Theory]
    [InlineData(10_000, 440)]
    [InlineData(1_000, 44)]
    public void Parts_are_equal_for_nine_tenths_and_then_grow(int maxParts, long gibibytes)
    {
        var plan = new PartPlan(null, PartLimits.Default with { MaxParts = maxParts });
        var sizes = Enumerable.Range(1, maxParts).Select(plan.SizeOf).ToList();

        Assert.All(sizes.Take(maxParts * 9 / 10), size => Assert.Equal(16 * MiB, size));
        Assert.Equal(sizes.Order(), sizes);
        Assert.Equal(512 * MiB, sizes[^1]);
        Assert.InRange(sizes.Sum(size => (long)size), gibibytes * GiB, 2 * gibibytes * GiB);
        Assert.Equal(StoreError.TooLarge, Assert.Throws<StoreException>(() => plan.SizeOf(maxParts + 1)).Error);
    }

    [Theory]
    [InlineData(null, 3)]
    [InlineData(300 * GiB, 2)]
    [InlineData(9000 * GiB, 2)]
    public void Memory_bounds_how_many_parts_are_held(long? expected, int buffers)
    {
        var plan = new PartPlan(expected, PartLimits.Default);

        Assert.Equal(buffers, plan.Buffers);
    }

    [Theory]
    [InlineData(100, 16, 3)]
    [InlineData(40, 16, 2)]
    [InlineData(20, 16, 1)]
    public void An_upload_holds_no_more_memory_than_it_may(int most, int partSize, int buffers)
    {
        var plan = new PartPlan(null, PartLimits.Default, most * MiB);

        Assert.Equal((partSize * MiB, buffers), (plan.PartSize, plan.Buffers));
        Assert.InRange(plan.Memory, 1, most * MiB);
    }

    [Fact]
    public void Parts_of_a_huge_upload_are_as_large_as_the_memory_allows()
    {
        var plan = new PartPlan(9000 * GiB, PartLimits.Default, 240 * MiB);

        Assert.Equal((240 * MiB, 1, 240 * MiB), (plan.PartSize, plan.Buffers, plan.Memory));
    }

    [Fact]
    public void A_grown_part_takes_the_place_of_several()
    {
        var plan = new PartPlan(null, PartLimits.Default);

        Assert.Equal([1, 2, 3, 3], new[] { 16, 32, 64, 512 }.Select(size => plan.PlacesOf((int)(size * MiB))));
    }
}
