namespace BackupApp.Protection;

/// <summary>A source's state as a pure function of what is known and the time. Whatever is dead, it can be reckoned.</summary>
public static class ProtectionRule
{
    /// <summary>
    /// A backup that began later than this is not from the past: somebody's clock was wrong. Servers' clocks differ by less.
    /// </summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan NewSource = TimeSpan.FromHours(1);

    public static ProtectionState Of(SourceFacts facts, DateTimeOffset now)
    {
        var goods = facts.Goods.Where(g => g.StartedAt <= now + ClockTolerance).ToList();
        var known = facts with { Goods = goods };
        return facts.Databases.Count > 0 ? OfServer(known, now) : OfOne(known, goods.FirstOrDefault(), now);
    }

    private static ProtectionState OfOne(SourceFacts facts, GoodBackup? good, DateTimeOffset now)
    {
        var promise = PromiseRule.Of(facts, good?.StartedAt);
        var found = Runnable(facts, Breach(facts, good, promise, now) ?? Standing(facts, now) ?? Protected(good!, promise, now));
        return new ProtectionState(
            found.Word, facts.Halt is not null, found.Reason, found.Since, found.Action, found.TargetId, promise, good)
        {
            TellsFrom = facts.HasEndedRun ? DateTimeOffset.MinValue : facts.CreatedAt + NewSource,
        };
    }

    // A run helps only where one is possible.
    private static StateFinding Runnable(SourceFacts facts, StateFinding found) =>
        facts.LacksCredentials && found.Action == ProtectionAction.RunNow
            ? found with { Reason = $"{found.Reason} It has no credentials.", Action = ProtectionAction.EnterCredentials }
            : found;

    private static StateFinding Protected(GoodBackup good, Promise promise, DateTimeOffset now) => new(
        ProtectionWord.Protected,
        $"The newest good backup is {Ages.Words(now - good.StartedAt)} old; promised is {promise.Sentence}.",
        good.StartedAt + good.Duration);

    /// <summary>What is wrong with the backups there are, heaviest first.</summary>
    private static StateFinding? Breach(SourceFacts facts, GoodBackup? good, Promise promise, DateTimeOffset now)
    {
        if (good is null)
            return Unprotected(facts);
        if (facts.Damage is { } damage)
            return new(
                ProtectionWord.Damaged, $"{damage.What} The last good backup is of {Ages.Moment(good.StartedAt)}.", damage.FoundAt,
                ProtectionAction.RunNow);
        if (promise.BreaksAt <= now)
            return Overdue(facts, good, promise, now);
        return facts.Failures is { } failed ? Failing(failed, good) : null;
    }

    private static StateFinding Unprotected(SourceFacts facts)
    {
        var (what, since) = facts.Damage is { } damage
            ? (damage.What, damage.FoundAt)
            : ("There is no good backup.", facts.DeletedAt ?? facts.CreatedAt);
        if (facts.Failures is { } failed)
            return new(ProtectionWord.Unprotected, $"{what} {Sentence(failed)}", since, ActionFor(failed), TargetOf(failed));
        if (facts.Halt is { } halt)
            return new(ProtectionWord.Unprotected, $"{what} {Paused(halt)}", since, ActionFor(halt));
        return facts.Risks is [{ Action: ProtectionAction.FixConnection } risk, ..]
            ? new(ProtectionWord.Unprotected, $"{what} {risk.Reason}", since, ProtectionAction.FixConnection)
            : new(ProtectionWord.Unprotected, what, since, ProtectionAction.RunNow);
    }

    private static StateFinding Overdue(SourceFacts facts, GoodBackup good, Promise promise, DateTimeOffset now)
    {
        var age = $"The newest good backup is {Ages.Words(now - good.StartedAt)} old; promised was {promise.Sentence}.";
        var since = promise.BreaksAt!.Value;
        if (facts.Halt is { } halt)
            return new(ProtectionWord.Overdue, $"{age} {Paused(halt)}", since, ActionFor(halt));
        if (facts.Failures is { } failed)
            return new(ProtectionWord.Overdue, $"{age} {Sentence(failed)}", since, ActionFor(failed), TargetOf(failed));
        return new(ProtectionWord.Overdue, $"{age} Nothing has run since {Ages.Moment(good.StartedAt)}.", since, ProtectionAction.RunNow);
    }

    private static StateFinding Failing(FailedRuns failed, GoodBackup good) => new(
        ProtectionWord.Failing,
        $"{Sentence(failed)} The last good backup is of {Ages.Moment(good.StartedAt)}.",
        failed.First,
        ActionFor(failed),
        TargetOf(failed));

    /// <summary>What is wrong with the times to come.</summary>
    private static StateFinding? Standing(SourceFacts facts, DateTimeOffset now) =>
        Unscheduled(facts) ?? PausedBySwitch(facts) ?? AtRisk(facts, now);

    private static StateFinding? Unscheduled(SourceFacts facts)
    {
        var dead = facts.Schedules.FirstOrDefault(s => s is { IsEnabled: true, Problem: not null });
        if (dead is not null && !facts.Schedules.Any(s => s is { IsEnabled: true, Schedule: not null }))
        {
            return new(
                ProtectionWord.Unscheduled, $"The schedule of {dead.Name} cannot run. {dead.Problem}", dead.AttachedAt,
                ProtectionAction.FixSchedule, dead.PolicyId);
        }

        return facts.Schedules.Count == 0 && facts.MaxAge is null
            ? new(
                ProtectionWord.Unscheduled, "No policy backs it up: nothing will run by itself.", facts.CreatedAt,
                ProtectionAction.AddPolicy)
            : null;
    }

    private static StateFinding? PausedBySwitch(SourceFacts facts) => facts.Halt is { } halt
        ? new(ProtectionWord.Paused, Paused(halt), halt.Since, ActionFor(halt))
        : null;

    private static StateFinding? AtRisk(SourceFacts facts, DateTimeOffset now) =>
        (LatePolicy(facts, now) ?? (facts.Risks is [var first, ..] ? first : NotReady(facts))) is { } risk
            ? new(ProtectionWord.AtRisk, risk.Reason, risk.Since, risk.Action, risk.TargetId)
            : null;

    // The lightest of all: the backups are good, and whoever can log in with other rights can restore them.
    private static Risk? NotReady(SourceFacts facts) => facts.NotReady is { IsProduction: true } found
        ? new Risk(found.What, found.Since, ProtectionAction.PrepareRestore)
        : null;

    // The promise is kept by another policy's backups, or is longer; but this one's destination gets none.
    private static Risk? LatePolicy(SourceFacts facts, DateTimeOffset now)
    {
        var usual = PromiseRule.UsualDuration(facts.Goods);
        foreach (var own in facts.Schedules.Where(s => s is { IsEnabled: true, Schedule: not null }))
        {
            var since = own.OwnGood is { } good && good > own.InForceSince ? good : own.InForceSince;
            if (PromiseRule.LateAfter(own.Schedule!, since, usual) is { } late && late <= now)
            {
                var last = own.OwnGood is { } at ? $"since {Ages.Moment(at)}" : "yet";
                return new Risk(
                    $"{own.Name} has made no good backup {last}; the promise still holds.", late, ProtectionAction.SeePolicy, own.PolicyId);
            }
        }

        return facts.Schedules.FirstOrDefault(s => s is { IsEnabled: true, Problem: not null }) is { } dead
            ? new Risk(
                $"The schedule of {dead.Name} cannot run. {dead.Problem}", dead.AttachedAt, ProtectionAction.FixSchedule, dead.PolicyId)
            : null;
    }

    private static ProtectionState OfServer(SourceFacts facts, DateTimeOffset now)
    {
        var databases = facts.Databases.Select(
            d => OfDatabase(facts, d, now)).OrderBy(d => d.State.Word).ThenBy(d => d.Facts.Name, StringComparer.Ordinal).ToList();
        var worst = databases[0];
        var isOf = worst.State.Word <= ProtectionWord.Failing;
        return worst.State with
        {
            Reason = isOf ? $"{Of(databases)}: {worst.State.Reason}" : worst.State.Reason,
            Since = isOf ? databases.Where(d => d.State.Word == worst.State.Word).Min(d => d.State.Since) : worst.State.Since,
            Databases = [.. databases.Select(
                d => new DatabaseState(d.Facts.Name, d.State.Word, d.State.Reason, d.State.Since, d.State.NewestGood, d.State.Promise)
                {
                    IsDatabase = d.Facts.IsDatabase,
                })],
        };
    }

    // As in "shop, 3 of 25 databases".
    private static string Of(List<(DatabaseFacts Facts, ProtectionState State)> parts)
    {
        var databases = parts.FindAll(p => p.Facts.IsDatabase);
        var broken = databases.Count(d => d.State.Word <= ProtectionWord.Failing);
        return broken == 0 ? parts[0].Facts.Name : $"{parts[0].Facts.Name}, {broken} of {databases.Count} databases";
    }

    private static (DatabaseFacts Facts, ProtectionState State) OfDatabase(SourceFacts server, DatabaseFacts database, DateTimeOffset now)
    {
        var good = database.Good is { } g && g.StartedAt <= now + ClockTolerance ? g : null;
        // Of a server that does not answer no database has a failure of its own: it is the run's.
        var facts = server with
        {
            CreatedAt = database.FirstSeenAt,
            Failures = database.Failure ?? server.Failures,
            Damage = database.Damage,
            Databases = [],
        };
        return (database, OfOne(facts, good, now));
    }

    private static ProtectionAction ActionFor(FailedRuns failed) =>
        failed.IsConnection ? ProtectionAction.FixConnection : ProtectionAction.SeeJob;

    private static Guid? TargetOf(FailedRuns failed) => failed.IsConnection ? null : failed.LastJobId;

    private static string Sentence(FailedRuns failed) =>
        $"{(failed.Count == 1 ? "The last run" : $"{failed.Count} runs")} failed since {Ages.Moment(failed.First)}: {failed.LastError}";

    private static ProtectionAction ActionFor(PauseFacts halt) =>
        halt.IsOfPolicies ? ProtectionAction.SeePolicy : ProtectionAction.Resume;

    private static string Paused(PauseFacts halt) => $"{(halt.IsOfPolicies ? "All its policies are paused" : "Paused")} {halt.Terms}";

    private sealed record StateFinding(
        ProtectionWord Word, string Reason, DateTimeOffset Since, ProtectionAction Action = ProtectionAction.None, Guid? TargetId = null);
}
