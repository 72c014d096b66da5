using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Protection;

namespace BackupApp.Tests.Pages;

/// <summary>Sources as the board gets them.</summary>
internal static class Boards
{
    public static readonly DateTimeOffset Now = new(2026, 11, 27, 19, 15, 0, TimeSpan.Zero);

    public static ProtectedSource Source(string name, ProtectionWord word, FailedRuns? failures = null, string reason = "So it is.")
    {
        var good = new GoodBackup(Guid.CreateVersion7(), Now.AddHours(-17), TimeSpan.FromMinutes(5), 1 << 20);
        var facts = new SourceFacts { CreatedAt = Now.AddDays(-30), Goods = [good], Failures = failures };
        var action = failures is { IsConnection: true } ? ProtectionAction.FixConnection : ProtectionAction.RunNow;
        var state = new ProtectionState(word, false, reason, Now.AddHours(-5), action, null, Promise.None, good);
        return new ProtectedSource(Guid.CreateVersion7(), name, DataSourceEnvironment.Prod, true, facts, state, Now)
        {
            Engine = Engine.Postgres,
            Server = "db2:5432",
        };
    }

    public static FailedRuns Refused(int count, string error = "Nothing answers at db2:5432.") =>
        new(count, Now.AddHours(-count), Guid.CreateVersion7(), error, IsConnection: true);

    public static ILookup<Guid, Incident> NoIncidents { get; } = Array.Empty<Incident>().ToLookup(i => i.Id);
}
