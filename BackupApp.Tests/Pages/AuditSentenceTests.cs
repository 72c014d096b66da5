using System.Reflection;
using BackupApp.Audit;
using BackupApp.Pages.Audit;

namespace BackupApp.Tests.Pages;

public sealed class AuditSentenceTests
{
    private static readonly Actor Ada = new(ActorType.User, Guid.NewGuid(), "ada@example.com");

    private static readonly string[] All =
        [.. typeof(AuditActions).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)];

    public static TheoryData<string> Actions => new(All);

    [Theory]
    [MemberData(nameof(Actions))]
    public void Every_action_has_a_title_and_a_sentence_without_codes_whatever_is_noted(string action)
    {
        Assert.NotNull(AuditWords.Find(action));
        Assert.NotEqual(action.Split('.')[0], AuditWords.TargetTitle(action.Split('.')[0]));
        foreach (var json in (string[])["{}", """{"reason": null, "code": 7, "pinned": "yes", "count": "x", "why": ""}"""])
        {
            var text = AuditSentence.Of(Entry(Ada, action, "Shop", json)).Text;
            Assert.StartsWith("ada@example.com ", text, StringComparison.Ordinal);
            Assert.EndsWith(".", text, StringComparison.Ordinal);
            Assert.DoesNotContain("..", text, StringComparison.Ordinal);
            Assert.DoesNotContain("{", text, StringComparison.Ordinal);
            Assert.DoesNotContain("_", text, StringComparison.Ordinal);
            Assert.DoesNotContain(action, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_two_actions_have_the_same_title() =>
        Assert.Distinct(All.Select(AuditWords.Title), StringComparer.OrdinalIgnoreCase);

    [Theory]
    [InlineData(
        AuditActions.DataSourceDeactivated, """{"why": "migration"}""", "ada@example.com paused Shop, because: migration.")]
    [InlineData(
        AuditActions.PolicyAttached, """{"dataSource": "CRM"}""", "ada@example.com attached the policy Shop to CRM.")]
    [InlineData(
        AuditActions.BackupCompleted, """{"bytesStored": 1288490189}""", "ada@example.com made a backup of Shop, 1.2 GiB stored.")]
    [InlineData(
        AuditActions.BackupFailed, """{"summary": "No answer."}""", "ada@example.com could not back up Shop: No answer.")]
    [InlineData(AuditActions.BackupPinned, """{"pinned": false}""", "ada@example.com unpinned a backup of Shop.")]
    [InlineData(
        AuditActions.BackupMissed, """{"policy": "Nightly", "count": 3}""", "ada@example.com missed 3 runs of Nightly for Shop.")]
    [InlineData(
        AuditActions.DataSourceVerifyAttempted, """{"code": "auth_failed"}""",
        "ada@example.com tested the connection to Shop: auth failed.")]
    [InlineData(AuditActions.UserDisabled, """{"disabled": false}""", "ada@example.com enabled Shop again.")]
    [InlineData(
        AuditActions.UserSignInFailed, """{"reason": "wrong_password"}""",
        "ada@example.com could not sign in as Shop: the password was wrong.")]
    public void A_sentence_says_who_did_what_to_whom_and_what_is_worth_saying(string action, string json, string sentence) =>
        Assert.Equal(sentence, AuditSentence.Of(Entry(Ada, action, "Shop", json)).Text);

    [Fact]
    public void Who_is_named_as_people_know_them()
    {
        Assert.Equal("BackupApp", Who(Actor.System));
        Assert.Equal("The API token deploy", Who(new Actor(ActorType.ApiToken, Guid.NewGuid(), "deploy")));
        Assert.Equal("Somebody who is not signed in", Who(new Actor(ActorType.Anonymous, null, Actor.Anonymous)));
        var own = Entry(Ada, AuditActions.UserPasswordChanged, Ada.Name, "{}", "user");
        Assert.Equal("ada@example.com changed the password of their own account.", AuditSentence.Of(own).Text);
    }

    [Fact]
    public void A_target_stands_in_its_place_and_is_not_read_as_one()
    {
        var sentence = AuditSentence.Of(Entry(Ada, AuditActions.DataSourceActivated, "{0} <b>", "{}"));

        Assert.Equal(("resumed ", "{0} <b>", "."), (sentence.Before, sentence.Target, sentence.After));
    }

    [Fact]
    public void An_entry_of_a_newer_version_is_told_as_it_is_published() =>
        Assert.Equal(
            "ada@example.com did “moon.landed” to Shop.", AuditSentence.Of(Entry(Ada, "moon.landed", "Shop", "{}")).Text);

    [Fact]
    public void The_details_are_lines_in_words()
    {
        var facts = new AuditFacts(
            """{"scheduledFor": "2026", "stillActive": null, "isCapped": true, "labels": ["a", "b"], "rule": {"keepDays": 3}}""");

        Assert.Equal(
            [("scheduled for", "2026"), ("is capped", "yes"), ("labels", "a, b"), ("rule", "keep days 3")],
            facts.All());
    }

    private static string Who(Actor actor) => AuditSentence.Of(Entry(actor, AuditActions.UserSignedIn, "Shop", "{}")).Who;

    private static AuditEntry Entry(Actor actor, string action, string? target, string json, string? type = null) =>
        AuditEntry.Create(actor, action, new AuditTarget(type ?? action.Split('.')[0], Guid.NewGuid(), target), json);
}
