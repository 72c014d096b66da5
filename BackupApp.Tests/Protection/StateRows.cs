using BackupApp.Protection;
using static BackupApp.Protection.ProtectionWord;
using static BackupApp.Tests.Protection.Scenario;

namespace BackupApp.Tests.Protection;

/// <summary>Which word, when, and why.</summary>
internal static class StateRows
{
    /// <param name="Says">A part of the reason.</param>
    /// <param name="Action">The one thing to do; null where the row is about something else.</param>
    public sealed record Row(
        string Name, Scenario Source, string Now, ProtectionWord Word, string Says = "", ProtectionAction? Action = null);

    private const string Daily = "15 2 * * *";
    private const string Hourly = "0 * * * *";

    private static readonly Scenario Nightly = Source.Good("11-26 02:15", "11-25 02:15").Every(Daily);

    public static IReadOnlyList<Row> All { get; } =
    [
        new("in the morning", Nightly, "11-26 09:00", Protected, "7 h old", ProtectionAction.None),
        new("while the next one runs", Nightly, "11-27 02:16", Protected),
        new("a minute before the promise breaks", Nightly, "11-27 14:19", Protected),
        new("the minute it breaks", Nightly, "11-27 14:20", Overdue, "36 h old", ProtectionAction.RunNow),
        new("the scheduler is dead for a week", Nightly, "12-03 02:15", Overdue, "Nothing has run since 26 Nov 2026 02:15"),
        new(
            "hourly with a dump of 45 minutes, one failed", Source.Good(45, "11-26 10:00").Every(Hourly).Failed("11-26 11:40"),
            "11-26 12:44", Failing),
        new("hourly with a dump of 45 minutes, in the next one", Source.Good(45, "11-26 10:00").Every(Hourly), "11-26 11:44", Protected),
        new("Mon–Fri on a Sunday", Source.Good("11-27 22:00").Every("0 22 * * 1-5"), "11-29 23:00", Protected),
        new("Mon–Fri on a Tuesday morning", Source.Good("11-27 22:00").Every("0 22 * * 1-5"), "12-01 10:05", Overdue),
        new("the night of the spring change", Source.Good("03-28 01:15").Every(Daily, "Europe/Prague"), "03-29 12:42", Protected),
        new("after the spring change", Source.Good("03-28 01:15").Every(Daily, "Europe/Prague"), "03-29 12:43", Overdue),
        new("the longer day of autumn", Source.Good("10-25 00:30").Every("30 2 * * *", "Europe/Prague"), "10-26 13:34", Protected),

        new("never ran", Source.Created("11-26 10:00").Every(Daily), "11-26 10:01", Unprotected, "no good backup", ProtectionAction.RunNow),
        new("never ran, and nothing scheduled", Source.Created("11-26 10:00"), "11-26 10:01", Unprotected),
        new(
            "the first run failed", Source.Every(Daily).Failed("11-26 02:16"), "11-26 09:00", Unprotected, "pg_dump failed",
            ProtectionAction.SeeJob),
        new("the first run could not connect", Source.Every(Daily).Failed(
            "11-26 02:16", connection: true), "11-26 09:00", Unprotected, "db:5432", ProtectionAction.FixConnection),
        new("all jobs deleted", Source.Every(Daily), "11-26 09:00", Unprotected),
        new(
            "the only backup is damaged", Source.Every(Daily).Damaged("11-26 05:00"), "11-26 09:00", Unprotected,
            "object of the newest backup is gone"),
        new(
            "paused, and nothing there", Source.Every(Daily).Paused("11-20 00:00"), "11-26 09:00", Unprotected, "",
            ProtectionAction.Resume),

        new(
            "the newest object vanished", Nightly.Damaged("11-26 05:00"), "11-26 09:00", Damaged, "The last good backup is of 26 Nov",
            ProtectionAction.RunNow),
        new("damaged outweighs overdue", Nightly.Damaged("11-26 05:00"), "11-29 09:00", Damaged),
        new("damaged, and paused", Nightly.Damaged("11-26 05:00").Paused("11-26 08:00"), "11-26 09:00", Damaged),

        new(
            "overdue, since runs fail", Nightly.Failed("11-27 02:16", 3), "11-29 09:00", Overdue, "3 runs failed since 27 Nov",
            ProtectionAction.SeeJob),
        new("overdue, since nothing answers", Nightly.Failed(
            "11-27 02:16", connection: true), "11-28 09:00", Overdue, "The last run failed", ProtectionAction.FixConnection),
        new(
            "the only backup is 60 days old, nothing scheduled", Source.Good("09-26 02:15").Kept(36), "11-26 09:00", Overdue,
            "61 days old"),
        new("a maximum age by hand", Nightly.MaxAge(12), "11-26 14:16", Overdue, "never older than 12 h"),
        new("a longer age by hand", Nightly.MaxAge(100), "11-28 14:16", AtRisk, "the promise still holds"),

        new(
            "one failed night", Nightly.Failed("11-27 02:16"), "11-27 09:00", Failing,
            "The last run failed since 27 Nov 2026 02:16 UTC: pg_dump failed.", ProtectionAction.SeeJob),
        new("failing, and paused since", Nightly.Failed("11-26 12:16").Paused("11-26 13:00"), "11-26 14:00", Failing),

        new("no policy", Source.Good("11-26 02:15"), "11-26 09:00", Unscheduled, "No policy", ProtectionAction.AddPolicy),
        new("no policy any more, the old promise holds", Source.Good("11-26 02:15").Kept(36), "11-26 09:00", Unscheduled),
        new(
            "its only schedule cannot be read", Source.Good("11-26 02:15").Every(Daily, "Mars/Olympus"), "11-26 09:00", Unscheduled,
            "Mars/Olympus", ProtectionAction.FixSchedule),
        new("no policy, but an age by hand", Source.Good("11-26 02:15").MaxAge(24), "11-26 09:00", Protected),
        new("no policy, and paused", Source.Good("11-26 02:15").Paused("11-26 03:00"), "11-26 09:00", Unscheduled),

        new(
            "paused", Nightly.Paused("11-26 08:00", "11-27 08:00"), "11-26 09:00", Paused, "until 27 Nov 2026 08:00 UTC: migration.",
            ProtectionAction.Resume),
        new("paused until somebody resumes", Nightly.Paused("11-26 08:00"), "11-26 09:00", Paused, "until somebody resumes it"),
        new("paused, past its promise", Nightly.Paused("11-26 08:00"), "11-27 14:20", Overdue, "Paused", ProtectionAction.Resume),
        new(
            "all its policies are off", Source.Good("11-26 02:15").Every(Daily, on: false), "11-26 09:00", Paused, "policies are paused",
            ProtectionAction.SeePolicy),
        new(
            "all its policies are off, past the promise", Source.Good("11-26 02:15").Every(Daily, on: false), "11-27 14:20", Overdue,
            "All its policies are paused until somebody resumes one.", ProtectionAction.SeePolicy),
        new(
            "all its policies are off until moments",
            Source.Good("11-26 02:15").Every(Daily, on: false, until: "11-29 08:00", why: "migration.")
                .Every(Daily, on: false, until: "11-28 08:00"),
            "11-26 09:00", Paused, "All its policies are paused until 28 Nov 2026 08:00 UTC: migration."),
        new(
            "all its policies are off, and nothing there", Source.Every(Daily, on: false, why: "not yet"), "11-26 09:00", Unprotected,
            "There is no good backup. All its policies are paused until somebody resumes one: not yet."),
        new(
            "all its policies are off, and an age by hand is passed",
            Source.Good("11-26 02:15").Every(Daily, on: false).MaxAge(12), "11-26 15:00", Overdue, "Nothing has run since"),
        new("a schedule that was moved in the morning", Source.Good("11-26 02:15").Kept(36).Every(
            "15 3 * * *", moved: "11-26 10:00"), "11-26 15:20", Protected),
        new("a schedule that was moved in the morning, a day later", Source.Good("11-26 02:15").Kept(36).Every(
            "15 3 * * *", moved: "11-26 10:00"), "11-27 15:20", Overdue),
        new("paused outweighs a risk", Nightly.Paused("11-26 08:00").Risk("The bucket is full."), "11-26 09:00", Paused),

        new("a risk", Nightly.Risk(
            "Nothing answers at the bucket."), "11-26 09:00", AtRisk, "Nothing answers", ProtectionAction.SeeDestination),
        new("two risks: the first", Nightly.Risk("First.").Risk("Second."), "11-26 09:00", AtRisk, "First."),
        new(
            "production that could not be restored", Nightly.NotReady(production: true), "11-26 09:00", AtRisk, "grant CREATEDB",
            ProtectionAction.PrepareRestore),
        new("elsewhere it may stay so", Nightly.NotReady(production: false), "11-26 09:00", Protected),
        new(
            "a risk to the backups comes first", Nightly.NotReady(production: true).Risk("The bucket is full."), "11-26 09:00", AtRisk,
            "The bucket is full.", ProtectionAction.SeeDestination),
        new("overdue outweighs it", Nightly.NotReady(production: true), "11-27 14:20", Overdue),
        new(
            "one of two policies is late", Nightly.Every("15 3 * * *", name: "Copy", own: "11-20 03:15"), "11-26 09:00", AtRisk,
            "Copy has made no good backup since 20 Nov", ProtectionAction.SeePolicy),
        new("one of two policies never made one", Nightly.Every(
            "15 3 * * *", name: "Never yet", attached: "11-20 00:00"), "11-26 09:00", AtRisk, "Never yet has made no good backup yet"),
        new("a policy attached today is not late", Nightly.Every(
            "15 3 * * *", name: "Never yet", attached: "11-26 08:00"), "11-26 09:00", Protected),
        new("a policy that was moved this morning is not late", Nightly.Every(
            "15 1 * * *", name: "Copy", own: "11-25 03:15", moved: "11-26 08:00"), "11-26 14:00", Protected),
        new("a policy that was resumed this morning is not late", Nightly.Every(
            "15 1 * * *", name: "Copy", own: "11-20 03:15", resumed: "11-26 08:00"), "11-26 14:00", Protected),
        new("one that was moved is late when its first run should be done", Nightly.Every(
            "15 8 * * *", name: "Copy", own: "11-25 03:15", moved: "11-26 08:00"), "11-26 20:20", AtRisk, "Copy has made no good backup"),
        new("a policy that is off is not late", Nightly.Every(
            "15 3 * * *", name: "Copy", on: false, own: "11-20 03:15"), "11-26 09:00", Protected),
        new("weekly late, hourly good", Source.Good("11-26 09:00").Every(Hourly).Every(
            "30 3 * * 0", name: "Weekly", own: "11-15 03:30"), "11-26 09:30", AtRisk, "Weekly"),
        new("hourly late, weekly good", Source.Good("11-22 03:30").Every(
            Hourly, name: "Hourly", own: "11-21 03:00").Every("30 3 * * 0", name: "Weekly"), "11-22 09:00", Overdue),
        new(
            "one of two schedules cannot be read", Nightly.Every(Daily, "Mars/Olympus", "Lost"), "11-26 09:00", AtRisk,
            "The schedule of Lost cannot run"),

        new("the clock was ahead: a backup of next year is none", Source.Good(
            "2027-11-26 02:15", "11-25 02:15").Every(Daily), "11-26 09:00", Protected, "31 h old"),
        new("the clock was ahead for all of them", Source.Good("2027-11-26 02:15").Every(Daily), "11-26 09:00", Unprotected),
        new("servers' clocks differ by minutes", Source.Good("11-26 02:24").Every(Daily), "11-26 02:15", Protected, "less than a minute"),
        new("the clock was set back behind the newest backup", Nightly, "11-25 12:00", Protected, "10 h old"),

        new("whole server, all good", Server().Database("b", "11-26 02:16").Database("a", "11-26 02:15"), "11-26 09:00", Protected),
        new("whole server, one of three failed", Server().Database("a", "11-26 02:15").Database(
            "b", "11-25 02:15", "11-26 02:16").Database("c", "11-26 02:15"), "11-26 09:00", Failing, "b, 1 of 3 databases"),
        new("whole server, one fails for days", Server().Database("a", "11-26 02:15").Database(
            "b", "11-20 02:15", "11-21 02:16"), "11-26 09:00", Overdue, "b, 1 of 2 databases"),
        new("whole server, a new database failed", Server().Database("a", "11-26 02:15").Database(
            "new", null, "11-26 02:16", seen: "11-26 02:15"), "11-26 09:00", Unprotected, "new, 1 of 2 databases"),
        new("whole server, one object vanished", Server().Database("a", "11-26 02:15").Database(
            "b", "11-25 02:15", damaged: "11-26 05:00"), "11-26 09:00", Damaged, "b, 1 of 2 databases"),
        new(
            "whole server does not answer",
            Server().Failed("11-27 02:16", connection: true).Database("a", "11-26 02:15").Database("b", "11-26 02:15"), "11-27 09:00",
            Failing, "2 of 2 databases", ProtectionAction.FixConnection),
        new(
            "whole server, nothing ran", Server().Database("a", "11-26 02:15").Database("b", "11-26 02:15"), "11-27 14:20", Overdue,
            "2 of 2"),
        new("whole server, never ran", Source.Created("11-26 10:00").Every(Daily), "11-26 10:01", Unprotected),
        new("whole server, its roles failed: they are no database", Server().Database("a", "11-26 02:15").Globals(
            "11-25 02:15", "11-26 02:16"), "11-26 09:00", Failing, "roles and tablespaces: The last run failed"),
        new("whole server, its roles are old and so is a database", Server().Globals("11-20 02:15", "11-21 02:16").Database(
            "a", "11-20 02:15", "11-21 02:16").Database("b", "11-26 02:15"), "11-26 09:00", Overdue, "a, 1 of 2 databases"),
        new("whole server, paused", Server().Paused("11-26 08:00").Database("a", "11-26 02:15"), "11-26 09:00", Paused),
    ];

    private static Scenario Server() => Source.Good("11-26 02:15").Every(Daily);
}
