using BackupApp.Policies;

namespace BackupApp.Tests.Policies;

/// <summary>Names of time zones on machines that know fewer of them than this one.</summary>
public sealed class TimeZonesTests
{
    private static readonly Func<string, TimeZoneInfo?> System = id =>
        TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : null;

    // As Debian's and Ubuntu's tzdata is without tzdata-legacy.
    private static readonly Func<string, TimeZoneInfo?> WithoutLegacy = id =>
        id.StartsWith("US/", StringComparison.OrdinalIgnoreCase) || id is "Asia/Calcutta" ? null : System(id);

    public static TheoryData<string, string> Aliases =>
        [
            .. File.ReadLines(Path.Combine(Support.Repository.Root, "BackupApp", "Policies", "zone-aliases.txt"))
                .Where(l => l[0] != '#')
                .Select(l => l.Split(' '))
                .Select(n => new TheoryDataRow<string, string>(n[0], n[1])),
        ];

    [Theory]
    [InlineData("US/Pacific", "America/Los_Angeles")]
    [InlineData("us/eastern", "America/New_York")]
    [InlineData("Asia/Calcutta", "Asia/Kolkata")]
    [InlineData("Europe/Prague", "Europe/Prague")]
    public void An_older_name_that_the_machine_lacks_is_the_zone_by_its_name_of_today(string name, string id) =>
        Assert.Equal(id, TimeZones.Find(name, WithoutLegacy)?.Id);

    [Theory]
    [InlineData("US/Nowhere")]
    [InlineData("Mars/Olympus")]
    [InlineData("right/US/Pacific")]
    public void A_name_that_nobody_knows_is_none(string name) => Assert.Null(TimeZones.Find(name, WithoutLegacy));

    [Fact]
    public void Every_alias_names_a_zone_of_the_same_clock()
    {
        Assert.InRange(Aliases.Count, 100, 400);
        foreach (var (alias, id) in Aliases.Select(row => row.Data))
        {
            var today = System(id);
            Assert.True(today is not null, id);
            if (System(alias) is not { } zone)
                continue;
            for (var at = new DateTime(2015, 1, 1, 0, 0, 0, DateTimeKind.Utc); at.Year < 2030; at = at.AddDays(20))
                Assert.True(zone.GetUtcOffset(at) == today.GetUtcOffset(at), $"{alias} {id} {at:O}");
        }
    }
}
