namespace BackupApp.Tests.House;

/// <summary>
/// The directions in which rooms may use each other, from the ground up. Whoever adds one thinks
/// twice: features never use Pages or Api, and no two rooms use each other, not even by a way round.
/// </summary>
public sealed class RoomsTests
{
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["Data"] = "",
        ["Errors"] = "Data",
        ["Streams"] = "Errors",
        ["Inventories"] = "Data Errors",
        ["Network"] = "Data Errors",
        ["Audit"] = "Data Errors",
        ["Secrets"] = "Data Errors",
        ["Tools"] = "Data Errors Streams",
        ["Engines"] = "Data Errors Streams Inventories Network Tools",
        ["Destinations"] = "Data Errors Streams Network Audit Secrets",
        ["DataSources"] = "Data Errors Network Audit Secrets Engines",
        ["Accounts"] = "Data Errors Network Audit Secrets DataSources",
        ["Runs"] = "Data Errors Streams Audit Tools",
        ["Backups"] = "Data Errors Streams Inventories Network Audit Secrets Tools Engines Destinations DataSources Runs",
        ["Restores"] = "Data Errors Streams Audit Secrets Tools Engines Destinations DataSources Accounts Runs Inventories Backups",
        ["History"] = "Data Errors Inventories Engines Destinations DataSources Runs Backups Policies",
        ["Stored"] = "Data Errors Streams Inventories Network Audit Secrets Tools Engines Destinations DataSources Runs Backups",
        ["Alerts"] = "Data Errors Network Audit Secrets",
        ["Pings"] = "Data Errors Audit Secrets Runs Backups Alerts",
        ["Policies"] = "Data Errors Audit Engines Destinations DataSources Runs Backups Stored Pings",
        ["Retention"] = "Data Errors Audit Destinations DataSources Runs Backups Stored Policies",
        ["Protection"] =
            "Data Errors Audit Secrets Engines Destinations DataSources Accounts Inventories Runs Backups Restores Stored Policies Alerts "
            + "Pings",
        ["FirstRun"] = "Data Errors Audit Secrets Engines Destinations DataSources Accounts Runs Backups Policies Alerts",
        ["Hosting"] =
            "Data Errors Streams Inventories Network Audit Secrets Tools Engines Destinations DataSources Accounts Runs Backups "
            + "Restores History Stored Policies Retention Alerts Pings Protection FirstRun",
        ["Pages"] =
            "Data Errors Streams Inventories Network Audit Secrets Tools Engines Destinations DataSources Accounts Runs Backups "
            + "Restores History Stored Policies Retention Alerts Pings Protection FirstRun",
        ["Areas"] = "Data Errors Network Audit DataSources Accounts Pages",
        ["Api"] =
            "Data Errors Streams Inventories Network Audit Secrets Tools Engines Destinations DataSources Accounts Runs Backups "
            + "Restores History Stored Policies Retention Alerts Pings Protection FirstRun Hosting",
    };

    [Fact]
    public void Rooms_use_only_what_they_may()
    {
        var forbidden = RoomUses.Read()
            .Where(uses => !Allowed.TryGetValue(uses.Key.From, out var rooms) || !rooms.Split(' ').Contains(uses.Key.To))
            .SelectMany(uses => uses.Value);

        Assert.Empty(forbidden);
    }

    [Fact]
    public void No_room_uses_another_that_uses_it_by_whatever_way()
    {
        var open = Allowed.ToDictionary(room => room.Key, room => room.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet());
        while (open.FirstOrDefault(room => !room.Value.Overlaps(open.Keys)).Key is { } ground)
            open.Remove(ground);

        Assert.Empty(open.Keys);
    }

    [Fact]
    public void The_reading_sees_signatures_and_bodies_of_async_methods_and_pages()
    {
        var uses = RoomUses.Read();

        Assert.Contains("Backups.BackupWorker uses Runs.RunOutcome", uses[("Backups", "Runs")]);
        Assert.Contains(uses[("Pages", "Accounts")], line => line.Contains("Pages_Jobs_Details", StringComparison.Ordinal));
    }
}
