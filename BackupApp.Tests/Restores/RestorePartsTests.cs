using BackupApp.Engines;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Restores;
using BackupApp.Runs;

namespace BackupApp.Tests.Restores;

/// <summary>What a whole server's restore comes to, and what is told of its target beforehand.</summary>
public sealed class RestorePartsTests
{
    [Fact]
    public void One_part_that_failed_makes_it_partial_and_is_named()
    {
        var parts = new RestoreParts([Part("globals", ArtifactKind.Globals), Part("shop"), Failed("crm"), Part("wiki")]);

        var outcome = parts.ToOutcome();

        Assert.Equal((RunStatus.Partial, RunStage.Restore, "rows_differ"), (outcome.Status, outcome.Stage, outcome.Code));
        Assert.Equal("1 of 4 parts could not be restored. crm: It is not equal.", outcome.Summary);
        Assert.Equal((3, 3), (parts.Databases, parts.DatabasesDone));
    }

    [Fact]
    public void Nothing_that_was_restored_is_a_failure_and_everything_a_success()
    {
        Assert.Equal(RunStatus.Failed, new RestoreParts([Failed("shop"), Failed("crm")]).ToOutcome().Status);
        Assert.Equal(RunOutcome.Success, new RestoreParts([Part("shop"), Part("crm")]).ToOutcome());
    }

    [Fact]
    public void A_database_with_errors_is_named_but_is_there()
    {
        var some = Part("shop") with { Status = RunStatus.Partial, ErrorCode = "restored_with_errors", ErrorSummary = "1 object." };

        var outcome = new RestoreParts([some, Part("crm")]).ToOutcome();

        Assert.Equal((RunStatus.Partial, "restored_with_errors"), (outcome.Status, outcome.Code));
        Assert.Equal("1 of 2 parts are not complete. shop: 1 object.", outcome.Summary);
    }

    [Fact]
    public void A_part_whose_database_has_its_name_ended_well_whatever_came_after()
    {
        var cut = Failed("shop") with { Marks = new(new("shop_restoring_0123456789ab", 7), null) };

        var there = ServerEnd.Settled(cut, new(RestoreStanding.InPlace, null, "It is shop."));
        var gone = ServerEnd.Settled(cut, new(RestoreStanding.AsBefore, null, "It was dropped."));

        Assert.Equal((RunStatus.Success, null), (there.Status, there.ErrorSummary));
        Assert.Equal((RunStatus.Failed, null, "It was dropped."), (gone.Status, gone.Marks.Made, gone.Notes[^1]));
        Assert.Contains("shop_restoring_0123456789ab may still stand there", Assert.Single(
            ServerEnd.Of(new([cut, Part("crm")]), RunOutcome.Success, []).Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Checks_that_all_databases_have_in_common_are_told_once()
    {
        TargetCheck reachable = new("reachable", CheckState.Good, "It answers."), create = new("may_create", CheckState.Good, "It may.");
        var taken = new TargetCheck("database_already_exists", CheckState.Bad, "There is one.", "Leave it out.");

        var probe = ServerProbe.Of(
        [
            Probe("globals", ArtifactKind.Globals, [reachable, new("roles", CheckState.Good, "Roles too.")]),
            Probe("shop", ArtifactKind.Database, [reachable, create, new("name_free", CheckState.Good, "shop is free.")]),
            Probe("crm", ArtifactKind.Database, [reachable, create, taken]),
        ]);

        Assert.Equal((false, "database_already_exists", "crm: There is one."), (probe.Target.Ok, probe.Target.Code, probe.Target.Message));
        Assert.Equal(["reachable", "may_create"], probe.Target.Checks.Select(c => c.Code));
        Assert.Equal(["globals roles", "shop name_free", "crm database_already_exists"], probe.Parts.Select(
            p => $"{p.Database} {string.Join(' ', p.Checks.Select(c => c.Code))}"));
        Assert.Equal([true, true, false], probe.Parts.Select(p => p.Ok));
    }

    private static RestorePart Part(string database, ArtifactKind kind = ArtifactKind.Database) =>
        new(Guid.NewGuid(), kind, database, 1) { Status = RunStatus.Success };

    private static RestorePart Failed(string database) =>
        Part(database).Ended(new(RunStatus.Failed, RunStage.Restore, "rows_differ", "It is not equal."));

    private static (PartOrder Part, TargetProbe Probe) Probe(string database, ArtifactKind kind, TargetCheck[] checks)
    {
        var target = BackupApp.Engines.Postgres.PostgresUri.Parse("postgres://u:p@localhost/postgres").Parts!.ToConnection();
        var order = new RestoreOrder(Guid.NewGuid(), RestoreMode.NewDatabase, target, database, new(kind, database, null));
        return (new(Guid.NewGuid(), order), TargetProbe.Of(checks, "15.1"));
    }
}
