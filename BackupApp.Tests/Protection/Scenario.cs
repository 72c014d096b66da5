using System.Globalization;
using BackupApp.Policies;
using BackupApp.Protection;

namespace BackupApp.Tests.Protection;

/// <summary>Facts of a source in few words. Times are UTC, as in <c>"11-26 02:15"</c> of 2026, or with a year before them.</summary>
internal sealed record Scenario
{
    public SourceFacts Facts { get; init; } = new() { CreatedAt = At("01-01 12:00"), HasEndedRun = true };

    public static Scenario Source => new();

    public static DateTimeOffset At(string moment) => DateTimeOffset.Parse(
        moment.Split('-').Length == 3 ? moment : $"2026-{moment}", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public Scenario Created(string at) => this with { Facts = Facts with { CreatedAt = At(at), HasEndedRun = false } };

    public Scenario Ran() => this with { Facts = Facts with { HasEndedRun = true } };

    public Scenario Every(
        string cron, string zone = "UTC", string name = "Nightly", bool on = true, string? own = null, string attached = "01-01 12:00",
        string? until = null, string why = "", string? moved = null, string? resumed = null)
    {
        var schedule = CronSchedule.Read(cron, zone, out var problems);
        var facts = new ScheduleFacts(
            Guid.CreateVersion7(), name, schedule, problems.Cron ?? problems.TimeZone, on,
            own is null ? OwnOrNone(name) : At(own), At(attached))
        {
            Pause = on ? null : new PauseFacts(At(attached), until is null ? null : At(until), why),
            RescheduledAt = moved is null ? null : At(moved),
            ResumedAt = resumed is null ? null : At(resumed),
        };
        return this with { Facts = Facts with { Schedules = [.. Facts.Schedules, facts] } };
    }

    /// <param name="times">Newest first.</param>
    public Scenario Good(params string[] times) => Good(5, times);

    public Scenario Good(int minutes, params string[] times) => this with
    {
        Facts = Facts with { Goods = [.. Facts.Goods, .. times.Select(t => Backup(t, minutes))] },
    };

    public Scenario Failed(string first, int count = 1, bool connection = false) =>
        this with { Facts = Facts with { Failures = Failure(first, count, connection) } };

    public Scenario Paused(string since, string? until = null, string why = "migration") =>
        this with { Facts = Facts with { Pause = new PauseFacts(At(since), until is null ? null : At(until), why) } };

    public Scenario MaxAge(double hours) => this with { Facts = Facts with { MaxAge = TimeSpan.FromHours(hours) } };

    public Scenario Kept(double hours) => this with { Facts = Facts with { KeptAge = TimeSpan.FromHours(hours) } };

    public Scenario Damaged(string at) =>
        this with
        {
            Facts = Facts with
            {
                Damage = new DamageFacts(
            Guid.CreateVersion7(), At(at), "The object of the newest backup is gone.")
            }
        };

    public Scenario Risk(string reason, string since = "11-26 00:00") =>
        this with { Facts = Facts with { Risks = [.. Facts.Risks, new Risk(reason, At(since), ProtectionAction.SeeDestination)] } };

    public Scenario NotReady(bool production) => this with
    {
        Facts = Facts with
        {
            NotReady = new NotReadyFacts("Not ready to restore: grant CREATEDB, or add a restore login.", At("11-20 00:00"), production),
        },
    };

    public Scenario Database(string name, string? good, string? failed = null, string seen = "01-01 12:00", string? damaged = null) =>
        this with
        {
            Facts = Facts with
            {
                Databases =
            [
                .. Facts.Databases,
                new DatabaseFacts(
                    name,
                    good is null ? null : Backup(good, 5),
                    At(seen),
                    failed is null ? null : Failure(failed, 1, false),
                    damaged is null ? null : new DamageFacts(Guid.CreateVersion7(), At(damaged), "Its object is gone.")),
            ],
            },
        };

    /// <summary>A server's roles and tablespaces.</summary>
    public Scenario Globals(string good, string? failed)
    {
        var named = Database("roles and tablespaces", good, failed);
        var globals = named.Facts.Databases[^1] with { IsDatabase = false };
        return named with { Facts = named.Facts with { Databases = [.. named.Facts.Databases.SkipLast(1), globals] } };
    }

    // A policy's own newest good backup is the newest there is, where the row does not say otherwise.
    private DateTimeOffset? OwnOrNone(string name) =>
        name.StartsWith("Never", StringComparison.Ordinal) ? null : Facts.Goods is [var newest, ..] ? newest.StartedAt : null;

    private static FailedRuns Failure(string first, int count, bool connection) =>
        new(count, At(first), Guid.CreateVersion7(), connection ? "Nothing answers at db:5432." : "pg_dump failed.", connection);

    private static GoodBackup Backup(string at, int minutes) =>
        new(Guid.CreateVersion7(), At(at), TimeSpan.FromMinutes(minutes), 1_000_000);
}
